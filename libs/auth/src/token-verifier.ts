import { createPublicKey, type KeyObject } from 'node:crypto';
import { AppError, type Provider, type Role } from '@polycloud/contracts';
import { type AccessClaims, checkAccessToken, notAuthenticated } from './access-token';
import type { Caller } from './caller';

/** What the verifier asks the user service for: a client of its contract does. */
export interface TokenAuthority {
  jwks(ask: object): Promise<{ keys: Record<string, unknown>[] }>;
  verify(ask: { body: { token: string } }): Promise<{ userId: string; sessionId: string; roles: Role[]; cloud: Provider | null }>;
}

const KEYS_FRESH_MS = 10 * 60_000;
const KEYS_ASK_AGAIN_MS = 30_000;
/** Known keys go on being used for so long while the key set cannot be read. */
const KEYS_STALE_MS = 24 * 3600_000;
/** How soon a key set that could not be read is asked for again while no key is known at all. */
const KEYS_RETRY_MS = 1_000;
const ANSWER_MS = 2_000;
const MOST_ANSWERS = 10_000;

/**
 * Validates users' tokens for a service: the signature locally first, so garbage costs no hop, then at the user service,
 * whose answer is kept for some two seconds (so logout takes effect within five) and asked for once at a time per token.
 */
export class TokenVerifier {
  private keys = new Map<string, KeyObject>();
  private keysReadAt = 0;
  private keysAskedAt = 0;
  private readingKeys?: Promise<void>;
  private readonly answers = new Map<string, { caller: Promise<Caller>; until: number }>();

  constructor(
    private readonly authority: TokenAuthority,
    private readonly now: () => number = Date.now,
  ) {}

  /** The caller. Fails NOT_AUTHENTICATED, or UNAVAILABLE when the user service cannot be asked. */
  verify(token: string): Promise<Caller> {
    const known = this.answers.get(token);
    if (known && known.until > this.now()) return known.caller;
    return this.claims(token).then((claims) => this.ask(token, claims));
  }

  /** What the token says of itself, by its signature alone: it costs no hop, and a logout is not seen. Fails NOT_AUTHENTICATED. */
  claims(token: string): Promise<AccessClaims> {
    return checkAccessToken(token, (kid) => this.keyOf(kid));
  }

  private ask(token: string, claims: AccessClaims): Promise<Caller> {
    const running = this.answers.get(token);
    if (running && running.until > this.now()) return running.caller;
    const caller = this.authority.verify({ body: { token } }).then((user): Caller => {
      if (user.userId !== claims.userId) throw notAuthenticated();
      return { userId: user.userId, sessionId: user.sessionId, roles: user.roles, cloud: user.cloud };
    }, asUnavailable);
    // Jitter: answers given in one moment must not all run out in one moment.
    const until = Math.min(this.now() + ANSWER_MS * (0.75 + Math.random() / 2), claims.expiresAt.getTime());
    const answer = { caller, until };
    const forget = () => this.answers.get(token) === answer && this.answers.delete(token);
    // Who has no cloud yet is asked about each time: once he has registered one he may use it in his very next request.
    caller.then(({ cloud }) => cloud === null && forget(), forget);
    this.makeRoom();
    this.answers.set(token, answer);
    return caller;
  }

  private makeRoom(): void {
    if (this.answers.size < MOST_ANSWERS) return;
    const now = this.now();
    for (const [token, answer] of this.answers) if (answer.until <= now) this.answers.delete(token);
    for (const token of this.answers.keys()) {
      if (this.answers.size < MOST_ANSWERS) break;
      this.answers.delete(token);
    }
  }

  /** Unknown key ids make at most one call in thirty seconds, however many come. */
  private async keyOf(kid: string): Promise<KeyObject | undefined> {
    const now = this.now();
    const wanted = now - this.keysReadAt > KEYS_FRESH_MS || !this.keys.has(kid);
    const pause = this.keys.size === 0 ? KEYS_RETRY_MS : KEYS_ASK_AGAIN_MS;
    if (this.readingKeys || (wanted && now - this.keysAskedAt > pause)) await this.readKeys();
    if (this.keys.size === 0 || now - this.keysReadAt > KEYS_STALE_MS) throw unavailable();
    return this.keys.get(kid);
  }

  private async readKeys(): Promise<void> {
    this.readingKeys ??= this.askForKeys().finally(() => (this.readingKeys = undefined));
    await this.readingKeys;
  }

  private async askForKeys(): Promise<void> {
    this.keysAskedAt = this.now();
    try {
      const { keys } = await this.authority.jwks({});
      this.keys = new Map(keys.map((jwk) => [String(jwk['kid']), createPublicKey({ key: jwk, format: 'jwk' })]));
      this.keysReadAt = this.now();
    } catch {
      // What is known already decides: see keyOf.
    }
  }
}

/** The user service refused the token, or could not be asked: then the token is neither good nor bad. */
function asUnavailable(error: unknown): never {
  throw error instanceof AppError && error.code === 'NOT_AUTHENTICATED' ? notAuthenticated(error) : unavailable(error);
}

const unavailable = (cause?: unknown) =>
  new AppError('UNAVAILABLE', 'The user service cannot be asked about the access token at the moment', {
    cause,
    retryAfter: 1,
    hint: 'Send the same request again',
  });
