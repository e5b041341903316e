import { hostname } from 'node:os';
import { type EventEnvelope, ProcessRequested } from '@polycloud/contracts';
import { newId } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import type { ClaimedProcess, SagaDao } from '../dao/saga.dao';
import type { SagaEngineBo } from './saga/saga-engine.bo';

const CONSUMER = 'order-worker';
const REAP_MS = 1_000;

/** How many processes are driven side by side, and who hears that one has ended or paused. */
export interface WorkerOptions {
  concurrency: number;
  ended?: () => void;
}

/**
 * Takes processes up, from events and, for what a queue or a dead worker left, from the table itself; drives a bounded
 * number of them side by side. The queue makes it quick, the table makes it certain.
 */
export class WorkerBo {
  private readonly owner = `${hostname()}:${process.pid}:${newId().slice(-6)}`;
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private timer?: NodeJS.Timeout;
  private reaping?: Promise<void>;

  constructor(
    private readonly sagaDao: SagaDao,
    private readonly engine: SagaEngineBo,
    private readonly options: WorkerOptions,
    private readonly logger: Logger,
  ) {}

  /** An event of the queue. Resolves when its process is durably in hand; waits while all hands are full. */
  async take(event: EventEnvelope): Promise<void> {
    const data = ProcessRequested.validate(event.data);
    if (data.error) throw new Error(`${event.type} ${event.eventId} has other data: ${data.error.message}`);
    while (this.running.size >= this.options.concurrency) await Promise.race(this.running);
    const source = { consumer: CONSUMER, eventId: event.eventId, processId: data.value.processId };
    const claimed = await this.sagaDao.claimByEvent(source, this.owner);
    if (claimed) this.drive(claimed);
  }

  start(): void {
    this.timer = setInterval(() => this.reap(), REAP_MS * (0.9 + Math.random() / 5));
  }

  /** Resolves when nothing is driven any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Takes up no more, and lets go of what cannot end at once: its lease runs out and another worker goes on. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.reaping;
    const finished = Promise.all(this.running);
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    this.stopping.abort(new Error('the worker stops'));
    await finished;
  }

  private drive(claimed: ClaimedProcess): void {
    const driven = this.engine.drive(claimed, this.stopping.signal).finally(() => {
      this.running.delete(driven);
      this.options.ended?.();
    });
    this.running.add(driven);
  }

  private reap(): void {
    const free = this.options.concurrency - this.running.size;
    if (free <= 0 || this.reaping) return;
    this.reaping = this.sagaDao
      .claimDue(this.owner, free)
      .then((claimed) => claimed.forEach((one) => this.drive(one)))
      .catch((error: unknown) => this.logger.warn('due processes cannot be claimed, will be tried again', { error }))
      .finally(() => (this.reaping = undefined));
  }
}
