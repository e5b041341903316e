import type { EventEnvelope } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { type OutboxDao, outboundOf } from './dao/outbox.dao';
import type { OutboundEvent, Publisher } from './publisher';

const SWEEP_MS = 1_000;
const BATCH = 100;
/** Most events that are kept for the topic's next answer; what is beyond is left to the sweep. */
const MOST_OWN = 1_000;

/**
 * Publishes what lies in the outbox: at once what this process has just committed, which is its own for some seconds, and by a
 * sweep every second what others left behind. Publishing happens outside of any transaction; a crash between publishing and
 * marking publishes twice, which the inbox absorbs.
 */
export class Relay {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private readonly own: OutboundEvent[] = [];
  private sweepIsDue = false;
  private stopped = false;

  constructor(
    private readonly outbox: OutboxDao,
    private readonly publisher: Publisher,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_MS * (0.9 + Math.random() / 5));
    this.timer.unref();
  }

  /** Publishes an event that this process has just committed to the outbox. */
  send(event: EventEnvelope): void {
    if (this.own.length < MOST_OWN) this.own.push(outboundOf(event));
    this.run();
  }

  /** Looks for what nobody has in hand. */
  sweep(): void {
    this.sweepIsDue = true;
    this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    this.publisher.close();
  }

  private run(): void {
    if (this.stopped) return;
    this.running ??= this.drain();
  }

  private async drain(): Promise<void> {
    try {
      while ((this.own.length > 0 || this.sweepIsDue) && !this.stopped) {
        await this.publishAndMark(this.own.splice(0, BATCH));
        if (this.sweepIsDue) await this.sweepSome();
      }
    } catch (error) {
      this.logger.warn('outbox cannot be published, will be tried again', { error });
    } finally {
      // In the same turn as the last look, so that nothing is sent in between and waits for the sweep.
      this.running = undefined;
    }
  }

  private async sweepSome(): Promise<void> {
    this.sweepIsDue = false;
    const events = await this.outbox.claim(BATCH);
    await this.publishAndMark(events);
    if (events.length === BATCH) this.sweepIsDue = true;
  }

  private async publishAndMark(events: OutboundEvent[]): Promise<void> {
    if (events.length === 0) return;
    const taken = await this.publish(events);
    const left = events.map(({ eventId }) => eventId).filter((eventId) => !taken.has(eventId));
    if (taken.size > 0) await this.outbox.markPublished([...taken]);
    if (left.length > 0) await this.outbox.postpone(left);
  }

  private async publish(events: OutboundEvent[]): Promise<Set<string>> {
    try {
      return await this.publisher.publish(events);
    } catch (error) {
      this.logger.warn('events were not taken by the topic, will be tried again', { events: events.length, error });
      return new Set();
    }
  }
}
