import type { KeyObject } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import jwt from 'jsonwebtoken';
import { tokenHeaderOf } from './token-header';

const TYPE = 'at+jwt';
const LEEWAY_SECONDS = 60;
const ACCESS_TOKEN_ISSUER = 'polycloud-user';
const ACCESS_TOKEN_AUDIENCE = 'polycloud';
/** Longest life of an access token, seconds. */
export const ACCESS_TOKEN_MAX_LIFE = 900;

/** What an access token says: whose it is and of which session. Roles and cloud are asked at the user service. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

/** Signs an access token (ES256, `life` in seconds, at most 900). */
export function signAccessToken(
  claims: { userId: string; sessionId: string },
  key: { kid: string; privateKey: KeyObject },
  life = 600,
): string {
  return jwt.sign({ sid: claims.sessionId }, key.privateKey, {
    algorithm: 'ES256',
    header: { alg: 'ES256', typ: TYPE, kid: key.kid },
    issuer: ACCESS_TOKEN_ISSUER,
    audience: ACCESS_TOKEN_AUDIENCE,
    subject: claims.userId,
    expiresIn: Math.min(life, ACCESS_TOKEN_MAX_LIFE),
  });
}

/**
 * Checks form, signature, type, issuer, audience and life of an access token. `keyOf` gives the public key of a key id,
 * or nothing. Fails NOT_AUTHENTICATED with one and the same answer whatever is wrong.
 */
export async function checkAccessToken(
  token: string,
  keyOf: (kid: string) => Promise<KeyObject | undefined>,
): Promise<AccessClaims> {
  const kid = keyIdOf(token);
  const key = kid === undefined ? undefined : await keyOf(kid);
  if (!key) throw notAuthenticated();
  return claimsOf(token, key);
}

/** The key id of a token in exactly the form that we sign: no header that names keys or changes how the rest is read. */
function keyIdOf(token: string): string | undefined {
  if (!isCanonical(token)) return undefined;
  const { alg, typ, kid, ...others } = tokenHeaderOf(token) ?? {};
  const ours = alg === 'ES256' && typ === TYPE && Object.keys(others).length === 0;
  return ours && typeof kid === 'string' && kid.length <= 128 ? kid : undefined;
}

/** Three parts, each in the one base64url spelling that its bytes have; so a token cannot be varied and stay valid. */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function claimsOf(token: string, key: KeyObject): AccessClaims {
  try {
    const claims = jwt.verify(token, key, {
      algorithms: ['ES256'],
      issuer: ACCESS_TOKEN_ISSUER,
      clockTolerance: LEEWAY_SECONDS,
      maxAge: ACCESS_TOKEN_MAX_LIFE,
    }) as jwt.JwtPayload & { sid?: unknown };
    const { aud, sub, exp, iat, sid } = claims;
    if (typeof sub !== 'string' || typeof sid !== 'string' || !isSecond(exp) || !isSecond(iat)) throw notAuthenticated();
    // One audience, as one string: anything else was not signed by us in this form.
    if (aud !== ACCESS_TOKEN_AUDIENCE || exp - iat > ACCESS_TOKEN_MAX_LIFE || iat > Date.now() / 1000 + LEEWAY_SECONDS)
      throw notAuthenticated();
    return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
  } catch (error) {
    throw error instanceof AppError ? error : notAuthenticated(error);
  }
}

const isSecond = (time: unknown): time is number => Number.isSafeInteger(time);

/** The one answer for every token that is not accepted. */
export const notAuthenticated = (cause?: unknown) =>
  new AppError('NOT_AUTHENTICATED', 'The access token is missing, expired, revoked or not valid', {
    cause,
    hint: 'Log in with POST /authentication, or renew with POST /authentication/refresh',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
