import type { Provider, Role } from '@polycloud/contracts';
import { destroyInParts, inTransaction, selectPrepared } from '@polycloud/database';
import { Op, type Sequelize, type Transaction } from 'sequelize';
import type { Models, RefreshTokenRow, SessionRow } from '../models';

/** What a token's validity hangs on. */
interface LiveSession {
  userId: string;
  roles: Role[];
  cloud: Provider | null;
}

/** What is to be done with a refresh token that was presented, decided while its row is locked. */
export type RefreshDecision = 'rotate' | 'repeat' | 'revoke' | 'refuse';

export interface Rotation {
  usedBy: string;
  successorHash: string;
  sealedSuccessor: string;
  idleAt: Date;
  decide(token: RefreshTokenRow, session: SessionRow): RefreshDecision;
}

/** A presented refresh token after the decision; `sealedSuccessor` is there to be handed out on rotate and repeat. */
interface RotationOutcome {
  decision: RefreshDecision;
  session: SessionRow;
  sealedSuccessor: string | null;
}

/** Sessions and the refresh tokens that each of them is the family of. */
export class SessionDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  async open(session: SessionRow, tokenHash: string): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      await this.models.sessions.create(session, { transaction });
      await this.insertToken(tokenHash, session, transaction);
    });
  }

  /** Both rows are locked until the decision is carried out, so parallel uses of one token come one after the other. */
  async rotate(tokenHash: string, rotation: Rotation): Promise<RotationOutcome | undefined> {
    return inTransaction(this.sequelize, async (transaction) => {
      const lock = { lock: transaction.LOCK.UPDATE, transaction };
      const token = (await this.models.refreshTokens.findByPk(tokenHash, lock))?.get({ plain: true });
      const session = token && (await this.models.sessions.findByPk(token.sessionId, lock))?.get({ plain: true });
      if (!token || !session) return undefined;
      const decision = rotation.decide(token, session);
      if (decision === 'revoke') await this.revokeWhere({ id: session.id }, 'reuse', transaction);
      if (decision !== 'rotate') return { decision, session, sealedSuccessor: token.sealedSuccessor };
      await this.replace(token, { ...rotation, session }, transaction);
      return { decision, session, sealedSuccessor: rotation.sealedSuccessor };
    });
  }

  /** The session with its user, when neither is ended, expired or disabled. */
  async findLive(sessionId: string, userId: string): Promise<LiveSession | undefined> {
    const [row] = await selectPrepared<{ roles: string; cloud: Provider | null }>(
      this.sequelize,
      `SELECT u.roles, c.provider AS cloud FROM sessions s JOIN users u ON u.id = s.user_id
       LEFT JOIN cloud_registrations c ON c.user_id = u.id
       WHERE s.id = ? AND s.user_id = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND u.disabled_at IS NULL`,
      [sessionId, userId, new Date()],
    );
    return row && { userId, roles: row.roles.split(',') as Role[], cloud: row.cloud };
  }

  /** Those that can still be used, newest first. */
  async listLive(userId: string): Promise<SessionRow[]> {
    const now = new Date();
    const rows = await this.models.sessions.findAll({
      where: { userId, revokedAt: null, expiresAt: { [Op.gt]: now }, idleAt: { [Op.gt]: now } },
      order: [['id', 'DESC']],
      limit: 100,
    });
    return rows.map((row) => row.get({ plain: true }));
  }

  /** False when this user has no such session that is still open. */
  async revoke(id: string, userId: string, reason: string): Promise<boolean> {
    return (await this.revokeWhere({ id, userId }, reason)) > 0;
  }

  /** Ends all sessions of a user, but for the one to keep. */
  async revokeAll(userId: string, reason: string, keep?: string): Promise<void> {
    await this.revokeWhere({ userId, ...(keep !== undefined && { id: { [Op.ne]: keep } }) }, reason);
  }

  /** Removes sessions that ended before then, with their tokens. */
  async removeExpired(before: Date): Promise<void> {
    const ended = { [Op.or]: [{ expiresAt: { [Op.lt]: before } }, { idleAt: { [Op.lt]: before } }] };
    await destroyInParts(this.models.sessions, ended);
  }

  private async revokeWhere(where: object, revokedFor: string, transaction?: Transaction): Promise<number> {
    const change = { revokedAt: new Date(), revokedFor };
    const [count] = await this.models.sessions.update(change, {
      where: { ...where, revokedAt: null },
      ...(transaction && { transaction }),
    });
    return count;
  }

  private async replace(
    token: RefreshTokenRow,
    rotation: Rotation & { session: SessionRow },
    transaction: Transaction,
  ): Promise<void> {
    const { usedBy, sealedSuccessor, successorHash, session, idleAt } = rotation;
    const now = new Date();
    const used = { usedAt: now, usedBy, sealedSuccessor };
    await this.models.refreshTokens.update(used, { where: { tokenHash: token.tokenHash }, transaction });
    await this.insertToken(successorHash, session, transaction);
    await this.models.sessions.update({ lastUsedAt: now, idleAt }, { where: { id: session.id }, transaction });
  }

  private async insertToken(tokenHash: string, { id: sessionId }: SessionRow, transaction: Transaction): Promise<void> {
    const unused = { usedAt: null, usedBy: null, sealedSuccessor: null };
    await this.models.refreshTokens.create({ tokenHash, sessionId, createdAt: new Date(), ...unused }, { transaction });
  }
}
