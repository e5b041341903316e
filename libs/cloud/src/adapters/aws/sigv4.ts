import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The headers of a request with AWS Signature Version 4, for any service but S3 (which encodes paths otherwise) and for
 * URLs without a query. Source: the public description of SigV4.
 */
export function signedHeaders(
  request: SignableRequest,
  credentials: AwsCredentials,
  scope: { region: string; service: string; now: number },
) {
  const stamp = new Date(scope.now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const { host, pathname } = new URL(request.url);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    host,
    'x-amz-date': stamp,
    'x-amz-content-sha256': sha256(request.body),
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const path = pathname.split('/').map(encode).join('/');
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const canonical = [request.method, path, '', canonicalHeaders, names.join(';'), sha256(request.body)].join('\n');
  const credentialScope = [stamp.slice(0, 8), scope.region, scope.service, 'aws4_request'];
  const key = credentialScope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, credentialScope.join('/'), sha256(canonical)].join('\n')).toString(
    'hex',
  );
  const credential = `Credential=${accessKeyId}/${credentialScope.join('/')}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}
