import type { Logger } from '@polycloud/logger';

/** Rows that are of no use after some time. */
interface Perishable {
  /** Removes a bounded number of what ended before then; says how many. */
  removeExpired(before: Date): Promise<number>;
}

const EVERY_MS = 3600_000;
/** Ended sessions and counters are kept for a day, to be looked at. */
const KEPT_MS = 24 * 3600_000;

/** Removes what has run out, every hour; several processes may do so at once. */
export class RetentionBo {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly perishables: Perishable[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.sweep().catch((error: unknown) => this.logger.error('retention failed', { error }));
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round. */
  async sweep(now = Date.now()): Promise<void> {
    const before = new Date(now - KEPT_MS);
    for (const perishable of this.perishables) {
      while ((await perishable.removeExpired(before)) > 0);
    }
  }
}
