import { runInContext, runInTrace } from '@polycloud/context';
import { lambdaHandler, onceBuilt } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { eventOf, Relay, SnsPublisher } from '@polycloud/messaging';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { WorkerBo } from './bo/worker.bo';
import { type Config, readServiceConfig } from './config';
import { type OpenWorker, openWorker } from './open-worker';
import { startOrder } from './server';

/** Milliseconds before the function's time limit in which nothing new is begun: a worker needs up to five seconds to let go. */
const MARGIN_MS = 10_000;
/** Milliseconds in which a sweep looks for what the queue did not bring. */
const SWEEP_MS = 3_000;

type Clock = Pick<Context, 'getRemainingTimeInMillis'>;

/** The order service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'order', config: readServiceConfig, start: startOrder });

const built = onceBuilt({ name: 'order-worker', config: readServiceConfig, start: buildWorker });

/** Takes events off the queue and drives their processes. Answers which messages are to be delivered again. */
export const worker = async (event: SQSEvent, context: Clock): Promise<SQSBatchResponse> =>
  (await built()).takeBatch(event, context);

/** Runs by the clock: publishes what lies in the outbox, takes up processes whose worker died or whose pause is over, and forgets what is old. */
export const sweep = async (_event: unknown, context: Clock): Promise<void> => (await built()).sweep(context);

/** The worker's graph. Rejects when its database cannot be reached. */
export async function buildWorker(config: Config, logger: Logger) {
  const worker = openWorker(config, logger);
  await worker.check();
  const topic = { topicArn: config.EVENTS_TOPIC_ARN, region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
  return new WorkerFunction(worker, () => new Relay(worker.outboxDao, new SnsPublisher(topic), logger), logger);
}

/** The worker where nothing runs between two events. */
class WorkerFunction {
  constructor(
    private readonly parts: OpenWorker,
    private readonly newRelay: () => Relay,
    private readonly logger: Logger,
  ) {}

  async takeBatch({ Records: records }: SQSEvent, clock: Clock): Promise<SQSBatchResponse> {
    const foreign = records.find(({ eventSource }) => eventSource !== 'aws:sqs');
    if (foreign) throw new Error(`This function takes messages of SQS, not of ${foreign.eventSource}`);
    const worker = this.parts.newWorker();
    const taken = await Promise.allSettled(records.map((record) => this.take(record, worker, clock)));
    await this.finish(worker, clock);
    const failed = records.filter((_, at) => taken[at]?.status === 'rejected').map(({ messageId }) => messageId);
    return { batchItemFailures: [...new Set(failed)].map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async sweep(clock: Clock): Promise<void> {
    const [worker, relay] = [this.parts.newWorker(), this.newRelay()];
    relay.sweep();
    worker.start();
    await pause(SWEEP_MS);
    await Promise.all([relay.stop(), this.finish(worker, clock), this.parts.forget()]);
  }

  close = (): Promise<void> => this.parts.stop();

  /** Rejects when the event is not ours or the time is over; either way the queue brings it again, or puts it aside in the end. */
  private async take(record: SQSRecord, worker: WorkerBo, clock: Clock): Promise<void> {
    const { messageId, attributes } = record;
    try {
      const event = eventOf(record.body);
      await withinTime(clock, () =>
        runInTrace(event.trace, () => runInContext({ requestId: event.requestId }, () => worker.take(event))),
      );
    } catch (error) {
      this.logger.warn('message not taken, it will be delivered again', {
        messageId,
        deliveries: attributes.ApproximateReceiveCount,
        error,
      });
      throw error;
    }
  }

  /** Until everything in hand is done or the time is over; what is not done then goes on elsewhere when its lease runs out. */
  private async finish(worker: WorkerBo, clock: Clock): Promise<void> {
    await withinTime(clock, () => worker.idle()).catch(() => undefined);
    await worker.stop();
  }
}

async function withinTime(clock: Clock, work: () => Promise<void>): Promise<void> {
  const left = clock.getRemainingTimeInMillis() - MARGIN_MS;
  if (left <= 0) throw new Error('the time of the function is over');
  const over = new AbortController();
  const limit = pause(left, over.signal).then(() => Promise.reject(new Error('the time of the function is over')));
  limit.catch(() => undefined);
  await Promise.race([work(), limit]).finally(() => over.abort());
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => clearTimeout(timer));
  });
