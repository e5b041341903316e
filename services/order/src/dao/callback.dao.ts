import type { CallbackDelivery, Infer } from '@polycloud/contracts';
import { inTransaction } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { literal, Op, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { CallbackDeliveryRow } from '../models/callback-delivery.model';
import { inSeconds, now } from './lease';

/** A delivery that is due, in the hands of who claimed it. */
export type ClaimedDelivery = Pick<
  CallbackDeliveryRow,
  'deliveryId' | 'userId' | 'url' | 'body' | 'tries' | 'requestId' | 'traceparent'
>;

/** What became of a try. */
export interface Attempt {
  status?: number;
  error?: string;
  ms: number;
}

/** How many a sender can take, and of one user at most; and how many of each user's he has in hand. */
export interface Hands {
  free: number;
  share: number;
  held: ReadonlyMap<string, number>;
}

/** Longer than a try can take, so that nobody else tries meanwhile. */
const LEASE_SECONDS = 60;

/** Callbacks that are to be sent, and every try of them. */
export class CallbackDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /** Takes due deliveries for a minute: `free` at most, and of one user no more than fill his share. */
  async claimDue({ free, share, held }: Hands): Promise<ClaimedDelivery[]> {
    const sated = [...held].filter(([, count]) => count >= share).map(([userId]) => userId);
    return inTransaction(this.sequelize, async (transaction) => {
      const rows = await this.models.deliveries.findAll({
        attributes: ['deliveryId', 'userId', 'url', 'body', 'tries', 'requestId', 'traceparent'],
        where: { state: 'pending', nextAt: { [Op.lte]: literal('NOW(3)') }, userId: { [Op.notIn]: sated } },
        order: [['nextAt', 'ASC']],
        limit: free,
        lock: transaction.LOCK.UPDATE,
        skipLocked: true,
        raw: true,
        transaction,
      });
      const taken = withinShares(rows, share, new Map(held));
      const where = { deliveryId: taken.map(({ deliveryId }) => deliveryId) };
      if (taken.length > 0) await this.models.deliveries.update({ nextAt: inSeconds(LEASE_SECONDS) }, { where, transaction });
      return taken;
    });
  }

  /** Counts a try and records it with what follows from it: delivered, given up, or another try after `retryInSeconds`. */
  async record(deliveryId: string, attempt: Attempt, next: 'delivered' | 'failed' | { retryInSeconds: number }): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const { status = null, error = null, ms } = attempt;
      await this.models.attempts.create(
        { attemptId: newId(), deliveryId, status, error, ms, createdAt: new Date() },
        { transaction },
      );
      const change = typeof next === 'string' ? { state: next } : { nextAt: inSeconds(next.retryInSeconds) };
      await this.models.deliveries.update({ ...change, tries: literal('tries + 1') }, { where: { deliveryId }, transaction });
    });
  }

  /** All deliveries of a process with their tries. */
  async listOf(processId: string): Promise<Infer<typeof CallbackDelivery>[]> {
    const rows = await this.models.deliveries.findAll({ where: { processId }, order: [['deliveryId', 'ASC']], raw: true });
    const deliveryId = rows.map((row) => row.deliveryId);
    const attempts = await this.models.attempts.findAll({ where: { deliveryId }, order: [['attemptId', 'ASC']], raw: true });
    return rows.map((row) => ({
      deliveryId: row.deliveryId,
      url: row.url,
      state: row.state,
      createdAt: row.createdAt.toISOString(),
      attempts: attempts
        .filter((attempt) => attempt.deliveryId === row.deliveryId)
        .map(({ createdAt, ms, status, error }) => ({
          at: createdAt.toISOString(),
          ms,
          ...(status !== null && { status }),
          ...(error !== null && { error }),
        })),
      ...(row.state === 'pending' && { nextAttemptAt: row.nextAt.toISOString() }),
    }));
  }

  /** Begins a new round of tries; false when the process has no such delivery. */
  async replay(processId: string, deliveryId: string): Promise<boolean> {
    const again = { state: 'pending' as const, tries: 0, nextAt: now };
    const [changed] = await this.models.deliveries.update(again, { where: { processId, deliveryId } });
    return changed === 1;
  }
}

/** Of the rows, in their order, those that leave every user within his share; `held` counts along. */
function withinShares<R extends { userId: string }>(rows: R[], share: number, held: Map<string, number>): R[] {
  return rows.filter(({ userId }) => {
    const count = held.get(userId) ?? 0;
    held.set(userId, count + 1);
    return count < share;
  });
}
