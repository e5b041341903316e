import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import { ALGORITHM, type Claim, type Scope } from './canonical';

/** Reads the claim out of the Authorization header; undefined when there is none. */
export function headerClaim(request: AwsRequest): Claim | undefined {
  const header = request.header('authorization');
  if (header === undefined) return undefined;
  const parts = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(header);
  const scope = parts && parseScope(parts[1]!);
  if (!parts || !scope) throw new AwsError('AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.');
  return {
    scope,
    timestamp: request.header('x-amz-date') ?? '',
    signedHeaders: parts[2]!.split(';'),
    payloadHash: request.header('x-amz-content-sha256') ?? '',
    signature: parts[3]!,
  };
}

/** Reads the claim out of a presigned URL; undefined when the query carries none. */
export function queryClaim(request: AwsRequest): Claim | undefined {
  if (request.param('X-Amz-Signature') === undefined && request.param('X-Amz-Algorithm') === undefined) return undefined;
  const scope = parseScope(request.param('X-Amz-Credential') ?? '');
  const expires = request.param('X-Amz-Expires') ?? '';
  const refusal = queryRefusal(request, scope, expires);
  if (refusal || !scope) throw new AwsError('AuthorizationQueryParametersError', 400, refusal ?? 'Malformed credential');
  return {
    scope,
    timestamp: request.param('X-Amz-Date') ?? '',
    signedHeaders: (request.param('X-Amz-SignedHeaders') ?? '').split(';'),
    payloadHash: request.param('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    signature: request.param('X-Amz-Signature') ?? '',
  };
}

function queryRefusal(request: AwsRequest, scope: Scope | undefined, expires: string): string | undefined {
  if (request.param('X-Amz-Algorithm') !== ALGORITHM) return `X-Amz-Algorithm only supports "${ALGORITHM}"`;
  if (!scope) return 'Error parsing the X-Amz-Credential parameter';
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1) return 'X-Amz-Expires should be a positive number';
  if (Number(expires) > 604_800) return 'X-Amz-Expires must be less than a week (in seconds)';
  return undefined;
}

function parseScope(credential: string): Scope | undefined {
  const parts = /^(.+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request$/.exec(credential);
  return parts ? { accessKeyId: parts[1]!, date: parts[2]!, region: parts[3]!, service: parts[4]! } : undefined;
}
