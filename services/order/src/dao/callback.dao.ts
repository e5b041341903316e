import type { CallbackDelivery, Infer } from '@polycloud/contracts';
import { inTransaction } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { literal, Op, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { CallbackDeliveryRow } from '../models/callback-delivery.model';

/** A delivery that is due, in the hands of who claimed it. */
export type ClaimedDelivery = Pick<
  CallbackDeliveryRow,
  'deliveryId' | 'userId' | 'url' | 'body' | 'tries' | 'requestId' | 'traceparent' | 'createdAt'
>;

/** What became of a try. */
export interface Attempt {
  status?: number;
  error?: string;
  ms: number;
}

/** Longer than a try can take, so that nobody else tries meanwhile. */
const LEASE_SECONDS = 60;

/** Callbacks that are to be sent, and every try of them. */
export class CallbackDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
  ) {}

  /** Takes due deliveries for a minute. */
  async claimDue(limit: number): Promise<ClaimedDelivery[]> {
    return inTransaction(this.sequelize, async (transaction) => {
      const rows = await this.models.deliveries.findAll({
        attributes: ['deliveryId', 'userId', 'url', 'body', 'tries', 'requestId', 'traceparent', 'createdAt'],
        where: { state: 'pending', nextAt: { [Op.lte]: literal('NOW(3)') } },
        order: [['nextAt', 'ASC']],
        limit,
        lock: transaction.LOCK.UPDATE,
        skipLocked: true,
        raw: true,
        transaction,
      });
      const lease = literal(`NOW(3) + INTERVAL ${LEASE_SECONDS} SECOND`) as unknown as Date;
      const where = { deliveryId: rows.map(({ deliveryId }) => deliveryId) };
      if (rows.length > 0)
        await this.models.deliveries.update({ nextAt: lease, tries: literal('tries + 1') }, { where, transaction });
      return rows.map((row) => ({ ...row, tries: row.tries + 1 }));
    });
  }

  /** Records a try and what follows from it: delivered, given up, or another try after `retryInSeconds`. */
  async record(deliveryId: string, attempt: Attempt, next: 'delivered' | 'failed' | { retryInSeconds: number }): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const { status = null, error = null, ms } = attempt;
      await this.models.attempts.create(
        { attemptId: newId(), deliveryId, status, error, ms, createdAt: new Date() },
        { transaction },
      );
      const change =
        typeof next === 'string'
          ? { state: next }
          : { nextAt: literal(`NOW(3) + INTERVAL ${Math.ceil(next.retryInSeconds)} SECOND`) as unknown as Date };
      await this.models.deliveries.update(change, { where: { deliveryId }, transaction });
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
    const again = { state: 'pending' as const, tries: 0, nextAt: literal('NOW(3)') as unknown as Date };
    const [changed] = await this.models.deliveries.update(again, { where: { processId, deliveryId } });
    return changed === 1;
  }
}
