import { createSign } from 'node:crypto';

const LIFETIME_SECONDS = 3600;
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A bearer token that a service account signs for itself, good for one hour at one API; no token service is asked. */
export function selfSignedToken(clientEmail: string, privateKey: string, audience: string): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = { iss: clientEmail, sub: clientEmail, aud: audience, iat: issuedAt, exp: issuedAt + LIFETIME_SECONDS };
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}
