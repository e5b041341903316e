import { inTransaction } from '@polycloud/database';
import { literal, Op, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { RefundRow } from '../models/refund.model';
import { inSeconds } from './clock';

/** Refunds that their gateways are to be asked about. */
export class RefundQueueDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Pick<Models, 'refunds'>,
  ) {}

  /** The gateway is asked about it again, so many seconds from now. */
  async checkLater(refundId: string, seconds: number): Promise<void> {
    await this.models.refunds.update({ nextCheckAt: inSeconds(seconds) }, { where: { refundId, status: 'pending' } });
  }

  /** Refunds of a payment that the gateway has not yet answered for. */
  async pendingOf(paymentId: string): Promise<RefundRow[]> {
    return this.models.refunds.findAll({ where: { paymentId, status: 'pending' }, raw: true });
  }

  /** Claims refunds that are due to be asked about, as payments are. */
  async claimDue(limit: number, pauseAfter: (checks: number) => number): Promise<RefundRow[]> {
    return inTransaction(this.sequelize, async (transaction) => {
      const due = await this.models.refunds.findAll({
        where: { nextCheckAt: { [Op.lte]: literal('NOW(3)') } },
        order: [['nextCheckAt', 'ASC']],
        limit,
        lock: transaction.LOCK.UPDATE,
        skipLocked: true,
        transaction,
      });
      for (const refund of due) {
        const checks = refund.checks + 1;
        await refund.update({ checks, nextCheckAt: inSeconds(pauseAfter(checks)) }, { transaction });
      }
      const refundId = due.map((refund) => refund.refundId);
      return this.models.refunds.findAll({ where: { refundId }, raw: true, transaction });
    });
  }
}
