import type { Models } from '../models';
import type { RefundRow } from '../models/refund.model';
import { inSeconds } from './clock';
import { claimDue, type PauseAfter } from './due';

/** Refunds that their gateways are to be asked about. */
export class RefundQueueDao {
  constructor(private readonly models: Pick<Models, 'refunds'>) {}

  /** The gateway is asked about it again, so many seconds from now. */
  async checkLater(refundId: string, seconds: number): Promise<void> {
    await this.models.refunds.update({ nextCheckAt: inSeconds(seconds) }, { where: { refundId, status: 'pending' } });
  }

  /** Refunds of a payment that the gateway has not yet answered for. */
  async pendingOf(paymentId: string): Promise<RefundRow[]> {
    return this.models.refunds.findAll({ where: { paymentId, status: 'pending' }, raw: true });
  }

  /** Claims refunds whose gateway is to be asked about them. */
  claimDue(limit: number, pauseAfter: PauseAfter): Promise<RefundRow[]> {
    return claimDue(this.models.refunds, limit, pauseAfter);
  }
}
