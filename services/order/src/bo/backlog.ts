import { AppError } from '@polycloud/contracts';
import type { LeaseDao } from '../dao/lease.dao';

/** Milliseconds for which an answer of the table holds. */
const KEPT_MS = 500;
const RETRY_AFTER_SECONDS = 5;

/** Turns new orders away while more wait than workers can drive in bearable time: what is accepted shall be done soon. */
export class Backlog {
  private known = { until: 0, isFull: Promise.resolve(false) };

  constructor(
    private readonly leaseDao: LeaseDao,
    private readonly limit: number,
  ) {}

  /** UNAVAILABLE beyond the limit. */
  async admit(): Promise<void> {
    if (this.known.until < Date.now()) {
      this.known = { until: Date.now() + KEPT_MS, isFull: this.leaseDao.hasBacklogBeyond(this.limit) };
    }
    if (!(await this.known.isFull)) return;
    throw new AppError('UNAVAILABLE', `More than ${this.limit} orders wait to be worked on`, {
      retryAfter: RETRY_AFTER_SECONDS,
      hint: 'Send the same request again later, with the same Idempotency-Key',
    });
  }
}
