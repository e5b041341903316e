import { type Lease, LeaseLost } from '../../dao/lease';
import type { LeaseDao } from '../../dao/lease.dao';

/** Renews a lease while its process is driven, and tells through `signal` when it is lost or the worker stops. */
export class LeaseKeeper {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(
    private readonly dao: LeaseDao,
    private readonly lease: Lease,
    stop: AbortSignal,
  ) {
    this.signal = AbortSignal.any([this.lost.signal, stop]);
    this.timer = setInterval(() => void this.renew(), dao.renewMs);
    this.timer.unref();
  }

  release(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    try {
      await this.dao.renew(this.lease);
    } catch (error) {
      // A database that is away for a moment is no loss yet: the lease is fenced, a late write changes nothing.
      if (error instanceof LeaseLost) this.lost.abort(error);
    }
  }
}
