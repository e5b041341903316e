import { createHash, createHmac } from 'node:crypto';
import type { AwsRequest } from '../aws-request';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface Scope {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
}

/** What a request claims about its own signature, from its header or its query. */
export interface Claim {
  scope: Scope;
  /** `YYYYMMDDTHHMMSSZ` */
  timestamp: string;
  signedHeaders: string[];
  payloadHash: string;
  signature: string;
}

/** RFC 3986: only unreserved characters stay as they are. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The signature that the holder of `secret` would have made for this request. */
export function expectedSignature(request: AwsRequest, claim: Claim, secret: string): string {
  const { date, region, service } = claim.scope;
  const hash = createHash('sha256').update(canonicalRequest(request, claim)).digest('hex');
  const stringToSign = [ALGORITHM, claim.timestamp, `${date}/${region}/${service}/aws4_request`, hash].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

function canonicalRequest(request: AwsRequest, claim: Claim): string {
  const headers = claim.signedHeaders.map((name) => `${name}:${(request.header(name) ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers.join(''),
    claim.signedHeaders.join(';'),
    claim.payloadHash,
  ].join('\n');
}

function canonicalQuery(query: [string, string][]): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
