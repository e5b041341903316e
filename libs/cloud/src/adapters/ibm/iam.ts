import { sendJson } from '../../http-json';
import type { Token } from '../../token-cache';

const LOGIN_TIMEOUT_MS = 10_000;

/** Changes an API key of IBM Cloud for a bearer token, which lives an hour. */
export async function iamToken(address: string, apiKey: string): Promise<Token> {
  const form = new URLSearchParams({ grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: apiKey });
  const answer = await sendJson({
    method: 'POST',
    url: `${address}/identity/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    // Not the signal of one call: others wait for the same token.
    signal: AbortSignal.timeout(LOGIN_TIMEOUT_MS),
  });
  const { access_token: value, expiration } = answer as { access_token: string; expiration: number };
  return { value, expiresAt: expiration * 1000 };
}
