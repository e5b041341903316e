import { runInContext } from '@polycloud/context';
import { connectDatabase } from '@polycloud/database';
import { lambdaHandler, onceBuilt } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { eventOf, OutboxDao, Relay, SnsPublisher } from '@polycloud/messaging';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { WorkerBo } from './bo/worker.bo';
import { type Config, readServiceConfig } from './config';
import { defineModels } from './models';
import { openWorker } from './open-worker';
import { startOrder } from './server';

/** Milliseconds before the function's time limit in which nothing new is begun: a worker needs up to five seconds to let go. */
const MARGIN_MS = 10_000;
/** Milliseconds in which a sweep looks for what the queue did not bring. */
const SWEEP_MS = 3_000;

type Clock = Pick<Context, 'getRemainingTimeInMillis'>;

/** The order service behind an HTTP API. */
export const handler = lambdaHandler({ name: 'order', config: readServiceConfig, start: startOrder });

const built = onceBuilt({
  name: 'order-worker',
  config: readServiceConfig,
  start: (config, logger) => Promise.resolve(new WorkerFunction(config, logger)),
});

/** Takes events off the queue and drives their processes. Answers which messages are to be delivered again. */
export const worker = async (event: SQSEvent, clock: Clock): Promise<SQSBatchResponse> => (await built()).takeBatch(event, clock);

/** Runs by the clock: publishes what lies in the outbox, and takes up processes whose worker died or whose pause is over. */
export const sweep = async (_event: unknown, clock: Clock): Promise<void> => (await built()).sweep(clock);

/** The worker where nothing runs between two events: opened for each, and closed before the answer, which freezes what still runs. */
export class WorkerFunction {
  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  async takeBatch({ Records: records }: SQSEvent, clock: Clock): Promise<SQSBatchResponse> {
    const foreign = records.find(({ eventSource }) => eventSource !== 'aws:sqs');
    if (foreign) throw new Error(`This function takes messages of SQS, not of ${foreign.eventSource}`);
    const worker = openWorker(this.config, this.logger);
    try {
      const taken = await Promise.allSettled(records.map((record) => this.take(record, worker.workerBo, clock)));
      await settled(worker.workerBo, clock);
      const failed = records.filter((_, at) => taken[at]?.status === 'rejected').map(({ messageId }) => messageId);
      return { batchItemFailures: [...new Set(failed)].map((itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      await worker.stop();
    }
  }

  async sweep(clock: Clock): Promise<void> {
    const [worker, relay] = [openWorker(this.config, this.logger), openRelay(this.config, this.logger)];
    try {
      relay.start();
      worker.workerBo.start();
      await pause(SWEEP_MS);
      await settled(worker.workerBo, clock);
    } finally {
      await Promise.all([relay.stop(), worker.stop()]);
    }
  }

  /** Rejects when the event is not ours or the time is over; either way the queue brings it again, or puts it aside in the end. */
  private async take({ messageId, body, attributes }: SQSRecord, workerBo: WorkerBo, clock: Clock): Promise<void> {
    try {
      const event = eventOf(body);
      await withinTime(clock, () => runInContext({ requestId: event.requestId }, () => workerBo.take(event)));
    } catch (error) {
      const deliveries = attributes.ApproximateReceiveCount;
      this.logger.warn('message not taken, it will be delivered again', { messageId, deliveries, error });
      throw error;
    }
  }
}

/** The outbox on its way to the topic: what a function published too late is frozen with it. */
function openRelay(config: Config, logger: Logger) {
  const database = connectDatabase(config, logger);
  const topic = { topicArn: config.EVENTS_TOPIC_ARN, region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
  const relay = new Relay(new OutboxDao(database, defineModels(database).outbox), new SnsPublisher(topic), logger);
  return { start: () => relay.start(), stop: () => relay.stop().then(() => database.close()) };
}

/** Until nothing is in hand or the time is over; what is not done then goes on elsewhere when its lease runs out. */
async function settled(workerBo: WorkerBo, clock: Clock): Promise<void> {
  // A process of its own never has to know this, so the worker does not tell it.
  const inHand = workerBo['running'];
  const finished = async () => {
    while (inHand.size > 0) await Promise.all(inHand);
  };
  await withinTime(clock, finished).catch(() => undefined);
}

async function withinTime(clock: Clock, work: () => Promise<void>): Promise<void> {
  const left = clock.getRemainingTimeInMillis() - MARGIN_MS;
  if (left <= 0) throw new Error('the time of the function is over');
  const done = new AbortController();
  const limit = pause(left, done.signal).then(() => {
    if (!done.signal.aborted) throw new Error('the time of the function is over');
  });
  await Promise.race([work(), limit]).finally(() => done.abort());
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()));
  });
