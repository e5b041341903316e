import { createHash, timingSafeEqual } from 'node:crypto';
import { type AccessClaims, notAuthenticated } from '@polycloud/auth';
import type { Request } from 'express';
import type { Counted } from './rate-limit.routes';

/** A third party's key as it is configured: the SHA-256 of the key in hex, and how many requests a day it is good for. */
export interface ApiKey {
  sha256: string;
  perDay: number;
}

const MOST_TOKENS = 10_000;

/**
 * Says whom a request counts for. A token counts by its signature alone, so that counting costs no hop; whether it
 * still is good, the services find out. A key that nobody was given fails NOT_AUTHENTICATED.
 */
export function countedBy(
  apiKeys: Record<string, ApiKey>,
  claimsOf: (token: string) => Promise<AccessClaims>,
): (request: Request) => Promise<Counted> {
  const known = new Map<string, AccessClaims>();
  const userOf = async (token: string): Promise<string | undefined> => {
    const claims = known.get(token) ?? (await claimsOf(token).catch(() => undefined));
    if (!claims || claims.expiresAt.getTime() < Date.now()) {
      known.delete(token);
      return undefined;
    }
    if (known.size >= MOST_TOKENS) known.clear();
    known.set(token, claims);
    return claims.userId;
  };
  return async (request) => {
    const key = request.get('x-api-key');
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const userId = token === undefined ? undefined : await userOf(token);
    return { ...(key !== undefined && { apiKey: partyOf(key, apiKeys) }), ...(userId !== undefined && { userId }) };
  };
}

function partyOf(key: string, apiKeys: Record<string, ApiKey>): { name: string; perDay: number } {
  const digest = createHash('sha256').update(key).digest();
  const found = Object.entries(apiKeys).find(([, { sha256 }]) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  if (!found) throw notAuthenticated();
  const [name, { perDay }] = found;
  return { name, perDay };
}
