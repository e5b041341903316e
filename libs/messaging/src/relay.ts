import type { Logger } from '@polycloud/logger';
import type { OutboxDao } from './dao/outbox.dao';
import type { Publisher } from './publisher';

const SWEEP_MS = 1_000;
const BATCH = 100;

/**
 * Publishes what lies in the outbox: at once when kicked after a commit, and by a sweep every second for what a crash
 * left behind. Publishing happens outside of any transaction; a crash between publishing and marking publishes twice,
 * which the inbox absorbs.
 */
export class Relay {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private again = false;
  private stopped = false;

  constructor(
    private readonly outbox: OutboxDao,
    private readonly publisher: Publisher,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.kick(), SWEEP_MS * (0.9 + Math.random() / 5));
    this.timer.unref();
  }

  /** Something was committed to the outbox. */
  kick(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.drain().finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    this.publisher.close();
  }

  private async drain(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        if ((await this.publishSome()) === BATCH) this.again = true;
      } catch (error) {
        this.logger.warn('outbox cannot be published, will be tried again', { error });
        return;
      }
    }
  }

  private async publishSome(): Promise<number> {
    const events = await this.outbox.claim(BATCH);
    if (events.length === 0) return 0;
    const taken = await this.publish(events);
    const left = events.map(({ eventId }) => eventId).filter((eventId) => !taken.has(eventId));
    if (taken.size > 0) await this.outbox.markPublished([...taken]);
    if (left.length > 0) await this.outbox.postpone(left);
    return events.length;
  }

  private async publish(events: { eventId: string; payload: string }[]): Promise<Set<string>> {
    try {
      return await this.publisher.publish(events);
    } catch (error) {
      this.logger.warn('events were not taken by the topic, will be tried again', { events: events.length, error });
      return new Set();
    }
  }
}
