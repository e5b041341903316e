import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Accounts } from './accounts';
import { GoogleFailure } from './failures';

const denied = (why: string) => new GoogleFailure(403, 'SignatureDoesNotMatch', why);

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** `20261121T035049Z` in milliseconds. */
const instant = (stamp: string) => Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** What was signed: method, path, query and headers exactly as they arrive. */
function canonicalRequest(request: IncomingMessage, url: URL): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const names = (url.searchParams.get('X-Goog-SignedHeaders') ?? '').split(';');
  // The SDK signs the host without its port.
  const value = (name: string) => (name === 'host' ? url.hostname : String(request.headers[name] ?? '').trim());
  const headers = names.map((name) => `${name}:${value(name)}\n`).join('');
  return [request.method, url.pathname, query.join('&'), headers, names.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
}

/** Lets a request with a V4 signature pass, or throws what Google answers: 400 when it has expired, 403 otherwise. */
export function verifySignedUrl(request: IncomingMessage, url: URL, accounts: Accounts): void {
  const parameter = (name: string) => url.searchParams.get(`X-Goog-${name}`) ?? '';
  const [account = '', ...scope] = parameter('Credential').split('/');
  const signedAt = instant(parameter('Date'));
  const seconds = Number(parameter('Expires'));
  if (
    parameter('Algorithm') !== 'GOOG4-RSA-SHA256' ||
    !(seconds >= 1 && seconds <= 604_800) ||
    !parameter('SignedHeaders').includes('host')
  ) {
    throw denied('The signature parameters are not valid.');
  }
  const hash = createHash('sha256').update(canonicalRequest(request, url)).digest('hex');
  const text = ['GOOG4-RSA-SHA256', parameter('Date'), scope.join('/'), hash].join('\n');
  if (!accounts.signed(account, text, Buffer.from(parameter('Signature'), 'hex'))) {
    throw denied('The request signature does not match the request.');
  }
  if (!(signedAt + seconds * 1000 > Date.now())) throw new GoogleFailure(400, 'ExpiredToken', 'The signed URL has expired.');
}
