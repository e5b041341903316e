import type { FigureSource } from '@polycloud/http';
import type { QueueMonitor } from '@polycloud/messaging';
import type { FiguresDao } from '../dao/figures.dao';

/** The figures of orders under way: of the tables, which are the truth, and of the queue. */
export class FiguresBo implements FigureSource {
  readonly help = {
    processes_running: 'Processes under way',
    processes_recently_succeeded: 'Processes that succeeded within five minutes',
    processes_recently_failed: 'Processes that failed within five minutes',
    process_oldest_running_seconds: 'Age of the oldest process under way',
    process_oldest_unclaimed_seconds: 'Age of the oldest process that no worker has taken up',
    outbox_lag_seconds: 'How long the oldest event has waited to be published',
    callbacks_pending: 'Callbacks that are still to be delivered',
    queue_depth: 'Messages that wait in the queue',
    queue_in_flight: 'Messages that a worker has in hand',
    dead_letter_queue_depth: 'Messages that kept failing',
  };

  constructor(
    private readonly figuresDao: FiguresDao,
    private readonly queue: QueueMonitor,
  ) {}

  /** A queue that cannot be reached leaves its own figures out only. */
  async read(): Promise<Record<string, number>> {
    const [tables, queue] = await Promise.all([this.figuresDao.read(), this.queueFigures().catch(() => ({}))]);
    return { ...tables, ...queue };
  }

  private async queueFigures(): Promise<Record<string, number>> {
    const { waiting, inFlight, dead } = await this.queue.figures();
    return { queue_depth: waiting, queue_in_flight: inFlight, ...(dead !== undefined && { dead_letter_queue_depth: dead }) };
  }
}
