import { createHash, randomBytes } from 'node:crypto';
import { type Caller, notAuthenticated, signAccessToken } from '@polycloud/auth';
import { AppError, type Infer, type Session, type Tokens } from '@polycloud/contracts';
import type { Encryption } from '@polycloud/encryption';
import { newId } from '@polycloud/http';
import type { RefreshDecision, Rotation, SessionDao } from '../dao/session.dao';
import type { AccessLog } from './access-log';
import type { AttemptLimiter } from './attempt-limiter';
import { type Client, networkOf } from './client';
import type { SigningKeys } from './signing-keys';

const DAY_MS = 24 * 3600_000;
const IDLE_MS = 7 * DAY_MS;
const LIFE_MS = 30 * DAY_MS;
/** A lost answer or a double click brings a used token back; for so long that is no theft. */
const GRACE_MS = 10_000;
const GUESSES = { name: 'refresh', most: 300, windowMs: 15 * 60_000 };

/** What a session stands on beside its rows. */
interface SessionParts {
  keys: SigningKeys;
  encryption: Encryption;
  limiter: AttemptLimiter;
  log: AccessLog;
  /** Life of an access token, seconds. */
  accessTokenLife: number;
}

/** Sessions: opened at login, kept alive by rotating refresh tokens, listed and ended by their user. */
export class SessionBo {
  constructor(
    private readonly sessions: SessionDao,
    private readonly parts: SessionParts,
  ) {}

  /** Opens a session of a user who has proven who he is. */
  async open(userId: string, method: 'password' | 'otp', client: Client): Promise<Infer<typeof Tokens>> {
    const now = Date.now();
    const refreshToken = newRefreshToken();
    const session = {
      id: newId(),
      userId,
      method,
      device: client.userAgent.slice(0, 255),
      address: client.address.slice(0, 64),
      createdAt: new Date(now),
      lastUsedAt: new Date(now),
      idleAt: new Date(now + IDLE_MS),
      expiresAt: new Date(now + LIFE_MS),
      revokedAt: null,
      revokedFor: null,
    };
    await this.sessions.open(session, hashOf(refreshToken));
    this.parts.log.record({ method, outcome: 'success', userId, sessionId: session.id, address: client.address });
    return this.pair(userId, session.id, refreshToken);
  }

  /** A new pair for a refresh token. One that comes back after its use ends the whole session: it may be stolen. */
  async refresh(refreshToken: string, client: Client): Promise<Infer<typeof Tokens>> {
    const hash = hashOf(refreshToken);
    const outcome = await this.sessions.rotate(hash, this.rotationOf(hash, client));
    if (!outcome) return this.refuseGuess(client);
    const { decision, session, sealedSuccessor } = outcome;
    const given = decision === 'rotate' || decision === 'repeat';
    this.parts.log.record({
      method: 'refresh',
      outcome: given ? 'success' : decision === 'revoke' ? 'reuse' : 'failure',
      userId: session.userId,
      sessionId: session.id,
      address: client.address,
    });
    if (!given || !sealedSuccessor) throw refused();
    return this.pair(session.userId, session.id, this.parts.encryption.open(sealedSuccessor, successorContext(hash)));
  }

  /** Ends the caller's session. */
  async logOut(caller: Caller): Promise<void> {
    if (caller.sessionId === undefined) throw notAuthenticated();
    await this.sessions.revoke(caller.sessionId, caller.userId, 'logout');
  }

  /** The caller's devices, newest first. */
  async list(caller: Caller): Promise<Infer<typeof Session>[]> {
    const rows = await this.sessions.listLive(caller.userId);
    return rows.map(({ id, device, address, method, createdAt, lastUsedAt, idleAt, expiresAt }) => ({
      id,
      device,
      address,
      method,
      current: id === caller.sessionId,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
      expiresAt: new Date(Math.min(idleAt.getTime(), expiresAt.getTime())).toISOString(),
    }));
  }

  /** Ends one of the caller's sessions. */
  async end(caller: Caller, id: string): Promise<void> {
    if (!(await this.sessions.revoke(id, caller.userId, 'ended'))) throw new AppError('NOT_FOUND', `There is no session ${id}`);
  }

  private rotationOf(hash: string, client: Client): Rotation {
    const successor = newRefreshToken();
    const usedBy = client.userAgent.slice(0, 255);
    return {
      usedBy,
      successorHash: hashOf(successor),
      sealedSuccessor: this.parts.encryption.seal(successor, successorContext(hash)),
      idleAt: new Date(Date.now() + IDLE_MS),
      decide: (token, session): RefreshDecision => {
        const now = Date.now();
        const ended = session.revokedAt ?? (session.idleAt.getTime() <= now || session.expiresAt.getTime() <= now);
        if (ended) return 'refuse';
        if (!token.usedAt) return 'rotate';
        // Only the client that used it may have lost the answer.
        return now - token.usedAt.getTime() <= GRACE_MS && token.usedBy === usedBy ? 'repeat' : 'revoke';
      },
    };
  }

  private async refuseGuess(client: Client): Promise<never> {
    this.parts.log.record({ method: 'refresh', outcome: 'failure', address: client.address });
    await this.parts.limiter.take(GUESSES, networkOf(client.address));
    throw refused();
  }

  private async pair(userId: string, sessionId: string, refreshToken: string): Promise<Infer<typeof Tokens>> {
    const expiresIn = this.parts.accessTokenLife;
    const accessToken = signAccessToken({ userId, sessionId }, await this.parts.keys.current(), expiresIn);
    return { accessToken, tokenType: 'Bearer', expiresIn, refreshToken };
  }
}

const newRefreshToken = () => randomBytes(32).toString('base64url');
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const successorContext = (hash: string) => `refresh-successor:${hash}`;

const refused = () =>
  new AppError('NOT_AUTHENTICATED', 'The refresh token is used, expired, revoked or not one of ours', {
    hint: 'Log in with POST /authentication',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
