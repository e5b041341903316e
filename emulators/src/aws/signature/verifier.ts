import { timingSafeEqual } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { AwsRequest } from '../aws-request';
import { type Claim, expectedSignature } from './canonical';
import { headerClaim, queryClaim } from './claim';

export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
}

export type SignedService = 's3' | 'sqs' | 'sns';

const MAX_SKEW_MS = 15 * 60_000;

/** Checks Signature Version 4 in its header and its presigned form. */
export class SignatureVerifier {
  private readonly secrets: Map<string, string>;

  constructor(credentials: readonly Credential[]) {
    this.secrets = new Map(credentials.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]));
  }

  /**
   * @param bodyHash SHA-256 (hex) of a body that was read already; without it the declared hash is taken
   * @returns the hash that was signed, which who reads the body later has yet to compare
   * @throws AwsError with the code that S3 uses
   */
  verify(request: AwsRequest, service: SignedService, bodyHash?: string): string {
    const presigned = queryClaim(request);
    const declared = presigned ?? headerClaim(request);
    if (!declared) throw new AwsError('AccessDenied', 403, 'Access Denied');
    const claim = { ...declared, payloadHash: bodyHash ?? declared.payloadHash };
    const secret = this.secrets.get(claim.scope.accessKeyId);
    if (secret === undefined) {
      throw new AwsError('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.', {
        AWSAccessKeyId: claim.scope.accessKeyId,
      });
    }
    checkTime(claim, presigned && Number(request.param('X-Amz-Expires')));
    checkCoverage(request, claim, service);
    if (!sameSignature(expectedSignature(request, claim, secret), claim.signature)) {
      throw new AwsError(
        'SignatureDoesNotMatch',
        403,
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      );
    }
    return claim.payloadHash;
  }
}

/** A presigned URL lives for its own time; a plain request only as long as two clocks may differ. */
function checkTime({ timestamp, scope }: Claim, expiresSeconds: number | undefined): void {
  const signedAt = parseTimestamp(timestamp);
  const now = Date.now();
  if (Number.isNaN(signedAt) || !timestamp.startsWith(scope.date)) {
    throw new AwsError('AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header');
  }
  if (expiresSeconds === undefined) {
    if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return;
    throw new AwsError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
      {
        RequestTime: timestamp,
        ServerTime: new Date(now).toISOString(),
        MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      },
    );
  }
  if (signedAt - now > MAX_SKEW_MS) throw new AwsError('AccessDenied', 403, 'Request is not yet valid');
  if (now > signedAt + expiresSeconds * 1000) {
    throw new AwsError('AccessDenied', 403, 'Request has expired', {
      Expires: new Date(signedAt + expiresSeconds * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
}

/** A header that changes what the request does must be under the signature, or anyone on the way could add it. */
function checkCoverage(request: AwsRequest, { signedHeaders, scope, payloadHash }: Claim, service: SignedService): void {
  const unsigned = Object.keys(request.raw.headers).filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (!signedHeaders.includes('host') || (service === 's3' && unsigned.length > 0)) {
    throw new AwsError('AccessDenied', 403, 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', ') || 'host',
    });
  }
  if (scope.service !== service) {
    throw new AwsError('SignatureDoesNotMatch', 403, `Credential should be scoped to correct service: '${service}'.`);
  }
  if (service === 's3' && payloadHash === '') {
    throw new AwsError('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256');
  }
}

function parseTimestamp(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`) : NaN;
}

function sameSignature(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
