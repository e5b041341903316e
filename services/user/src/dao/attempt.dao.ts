import { destroyInParts } from '@polycloud/database';
import { Op, QueryTypes, type Sequelize } from 'sequelize';
import type { AttemptRow, Models } from '../models';

/** Attempts counted in windows of time. */
export class AttemptDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /**
   * Counts one more attempt and gives the count with it; a window that has run out begins anew. It is one statement, which tells
   * the count in place of a generated key, so parallel attempts are all counted and the row is locked for no round trip.
   */
  async take(bucket: string, windowMs: number): Promise<number> {
    const now = new Date();
    const upsert = `INSERT INTO attempts (bucket, taken, expires_at) VALUES (:bucket, LAST_INSERT_ID(1), :end)
      ON DUPLICATE KEY UPDATE taken = LAST_INSERT_ID(IF(expires_at <= :now, 1, taken + 1)),
      expires_at = IF(expires_at <= :now, :end, expires_at)`;
    const replacements = { bucket, now, end: new Date(now.getTime() + windowMs) };
    const [taken] = await this.sequelize.query(upsert, { replacements, type: QueryTypes.INSERT });
    return taken;
  }

  /** The window of this bucket that is still open. */
  async find(bucket: string): Promise<AttemptRow | undefined> {
    const row = await this.models.attempts.findOne({ where: { bucket, expiresAt: { [Op.gt]: new Date() } } });
    return row?.get({ plain: true });
  }

  /** Forgets what was counted. */
  async clear(buckets: string[]): Promise<void> {
    await this.models.attempts.destroy({ where: { bucket: buckets } });
  }

  /** Takes one attempt back. */
  async giveBack(bucket: string): Promise<void> {
    await this.models.attempts.decrement('taken', { where: { bucket, taken: { [Op.gt]: 0 } } });
  }

  /** Removes windows that ran out before then. */
  async removeExpired(before: Date): Promise<void> {
    await destroyInParts(this.models.attempts, { expiresAt: { [Op.lt]: before } });
  }
}
