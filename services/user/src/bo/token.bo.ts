import { type Caller, checkAccessToken, notAuthenticated } from '@polycloud/auth';
import type { Infer, VerifiedToken } from '@polycloud/contracts';
import type { SessionDao } from '../dao/session.dao';
import type { SigningKeys } from './signing-keys';

/** The one place where a user's access token is validated: signature and life, then session and user as they are now. */
export class TokenBo {
  constructor(
    private readonly keys: SigningKeys,
    private readonly sessions: SessionDao,
  ) {}

  async verify(token: string): Promise<Infer<typeof VerifiedToken>> {
    const { userId, sessionId, expiresAt } = await checkAccessToken(token, (kid) => this.keys.publicKey(kid));
    const live = await this.sessions.findLive(sessionId, userId);
    if (!live) throw notAuthenticated();
    return { ...live, sessionId, expiresAt: expiresAt.toISOString() };
  }

  /** The caller of this service itself: asked without a cache, so what an administrator does counts at once. */
  async callerOf(token: string): Promise<Caller> {
    const { userId, sessionId, roles, cloud } = await this.verify(token);
    return { userId, sessionId, roles, cloud };
  }

  jwks(): Promise<{ keys: Record<string, unknown>[] }> {
    return this.keys.jwks();
  }
}
