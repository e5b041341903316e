/** The time a call may wait for the cloud, and the caller's own wish to stop, as one signal. */
export class Deadline {
  readonly signal: AbortSignal;
  private readonly expiry = new AbortController();
  private timer?: NodeJS.Timeout;
  private expired = false;

  constructor(
    private readonly milliseconds: number,
    private readonly caller?: AbortSignal,
  ) {
    this.signal = caller ? AbortSignal.any([caller, this.expiry.signal]) : this.expiry.signal;
    this.extend();
  }

  /** Counts anew from here: something has moved. */
  extend(): void {
    this.stop();
    if (this.expiry.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.expired = true;
      this.expiry.abort();
    }, this.milliseconds);
  }

  /** Stops counting; the caller's signal goes on working. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Ends the call itself, so that its sockets close. */
  abandon(): void {
    this.stop();
    this.expiry.abort();
  }

  /** Why the signal fired, when it was not for an error of the call itself. */
  get cause(): 'Cancelled' | 'Timeout' | undefined {
    if (this.caller?.aborted) return 'Cancelled';
    return this.expired ? 'Timeout' : undefined;
  }

  /** The work's result, or a rejection as soon as the signal fires, even when the work itself does not heed it. */
  async guard<T>(work: Promise<T>): Promise<T> {
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(new Error('aborted'));
      if (this.signal.aborted) onAbort();
      this.signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      this.signal.removeEventListener('abort', onAbort);
    }
  }
}
