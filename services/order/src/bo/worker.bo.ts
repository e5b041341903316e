import { hostname } from 'node:os';
import { type EventEnvelope, ProcessRequested } from '@polycloud/contracts';
import { newId } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import type { ClaimedProcess } from '../dao/lease';
import type { Claimant, LeaseDao } from '../dao/lease.dao';
import type { SagaEngineBo } from './saga/saga-engine.bo';

const CONSUMER = 'order-worker';
const REAP_MS = 1_000;
/** Milliseconds that a worker which is told to stop gives to what it has in hand. */
const GRACE_MS = 5_000;

/** How many processes are driven side by side, of one user at most, and who hears that one has ended or paused. */
export interface WorkerOptions {
  concurrency: number;
  userShare: number;
  ended?: () => void;
}

/**
 * Takes processes up, from events and, for what a queue or a dead worker left, from the table itself; drives a bounded
 * number of them side by side, a few of one user. The queue makes it quick, the table makes it certain and fair.
 */
export class WorkerBo {
  private readonly claimant: Claimant;
  private readonly running = new Map<Promise<void>, string>();
  private readonly stopping = new AbortController();
  /** Whether the table may hold due processes that no hand was free for. */
  private more = false;
  private stopped = false;
  private timer?: NodeJS.Timeout;
  private reaping?: Promise<void>;

  constructor(
    private readonly leaseDao: LeaseDao,
    private readonly engine: SagaEngineBo,
    private readonly options: WorkerOptions,
    private readonly logger: Logger,
  ) {
    this.claimant = { owner: `${hostname()}:${process.pid}:${newId().slice(-6)}`, stepOf: engine.stepOf };
  }

  /**
   * An event of the queue. Resolves when its process is durably in hand, or when no hand is free for its user: then it
   * stays due in the table and is taken from there in its turn.
   */
  async take(event: EventEnvelope): Promise<void> {
    const data = ProcessRequested.validate(event.data);
    if (data.error) throw new Error(`${event.type} ${event.eventId} has other data: ${data.error.message}`);
    const { processId, userId } = data.value;
    if (this.free === 0 || this.heldOf(userId) >= this.options.userShare) {
      this.more = true;
      return;
    }
    const claimed = await this.leaseDao.claimByEvent({ consumer: CONSUMER, eventId: event.eventId, processId }, this.claimant);
    if (claimed) this.drive(claimed);
  }

  start(): void {
    this.timer = setInterval(() => this.reap(), REAP_MS * (0.9 + Math.random() / 5));
  }

  /** Resolves when nothing is driven any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0 || this.reaping) await Promise.all([...this.running.keys(), this.reaping]);
  }

  /** Takes up no more, and hands on what cannot end in a moment: another worker goes on at once. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await this.reaping;
    const finished = this.idle();
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())]);
    this.stopping.abort(new Error('the worker stops'));
    await finished;
  }

  private get free(): number {
    return Math.max(0, this.options.concurrency - this.running.size);
  }

  private readonly heldOf = (userId: string): number => [...this.running.values()].filter((owner) => owner === userId).length;

  private drive(claimed: ClaimedProcess): void {
    const driven = this.engine.drive(claimed, this.stopping.signal).finally(() => {
      this.running.delete(driven);
      // Only an end with a callback leaves something to be sent.
      if (claimed.process.callbackUrl !== null) this.options.ended?.();
      if (this.more) this.reap();
    });
    this.running.set(driven, claimed.process.userId);
  }

  private reap(): void {
    const { claimant, free, heldOf } = this;
    if (free === 0 || this.reaping || this.stopped) return;
    this.reaping = this.leaseDao
      .claimDue({ ...claimant, free, heldOf, share: this.options.userShare })
      .then((claimed) => {
        this.more = claimed.length > 0;
        claimed.forEach((one) => this.drive(one));
      })
      .catch((error: unknown) => this.logger.warn('due processes cannot be claimed, will be tried again', { error }))
      .finally(() => (this.reaping = undefined));
  }
}
