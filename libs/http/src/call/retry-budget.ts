/** A retry for every so many calls. */
const CALLS_A_RETRY = 10;
const MOST_SAVED = 50;

/**
 * Lets at most one call in ten be made again, however many fail: a failing peer gets 1.1 times its load, not three times.
 * It starts empty, so that the bound holds from the first call on.
 */
export class RetryBudget {
  private saved = 0;

  /** A call is made. */
  called(): void {
    this.saved = Math.min(MOST_SAVED, this.saved + 1 / CALLS_A_RETRY);
  }

  /** Whether a call may be made again; if so, that is paid for. */
  take(): boolean {
    // Tenths do not add up exactly.
    if (this.saved < 1 - 1e-9) return false;
    this.saved -= 1;
    return true;
  }
}
