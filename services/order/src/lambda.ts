import { ServiceIdentity } from '@polycloud/auth';
import { runInContext } from '@polycloud/context';
import { billingInternals, tokens } from '@polycloud/contracts';
import { connectDatabase } from '@polycloud/database';
import { clientOf, lambdaHandler, onceBuilt } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { eventOf, InboxDao, OutboxDao, Relay, SnsPublisher } from '@polycloud/messaging';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { FulfilmentBo } from './bo/fulfilment.bo';
import { orderSaga } from './bo/saga/order-saga';
import { SagaEngineBo } from './bo/saga/saga-engine.bo';
import { WorkerBo } from './bo/worker.bo';
import { type Config, readServiceConfig } from './config';
import { OrderDao } from './dao/order.dao';
import { type ClaimedProcess, SagaDao } from './dao/saga.dao';
import { defineModels } from './models';
import { startOrder } from './server';
import { UserClouds } from './service/user-clouds';

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

/** Runs by the clock: publishes what lies in the outbox, and takes up processes whose worker died or whose pause is over. */
export const sweep = async (_event: unknown, context: Clock): Promise<void> => (await built()).sweep(context);

/** An engine whose work can be waited for: what a function still does when it has answered is frozen with it. */
class AwaitedEngine extends SagaEngineBo {
  private readonly driving = new Set<Promise<void>>();

  override drive(claimed: ClaimedProcess, stop: AbortSignal): Promise<void> {
    const driven = super.drive(claimed, stop).finally(() => this.driving.delete(driven));
    this.driving.add(driven);
    return driven;
  }

  async settled(): Promise<void> {
    while (this.driving.size > 0) await Promise.all(this.driving);
  }
}

/** The worker's graph. Asynchronous, because what is built for a function may have to wait for something. */
export async function buildWorker(config: Config, logger: Logger) {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('order', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const billingApi = clientOf(billingInternals, { name: 'billing', url: config.BILLING_URL, identity, timeoutMs: 30_000 });

  const outboxDao = new OutboxDao(database, models.outbox);
  const orderDao = new OrderDao(database, models, outboxDao, new IdempotencyKeyDao(models.idempotencyKeys));
  const sagaDao = new SagaDao(database, models, new InboxDao(models.inbox));
  const userClouds = new UserClouds(userApi, config.CLOUD_ENDPOINT_ALLOWLIST, logger);
  const saga = orderSaga(billingApi, userClouds, new FulfilmentBo(userClouds));
  const engineBo = new AwaitedEngine(sagaDao, orderDao, [saga], logger);
  traceCalls({ outboxDao, orderDao, sagaDao, userClouds, engineBo }, logger);
  await database.authenticate();

  const topic = { topicArn: config.EVENTS_TOPIC_ARN, region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
  return new WorkerFunction({
    engine: engineBo,
    worker: () => new WorkerBo(sagaDao, engineBo, config.WORKER_CONCURRENCY, logger),
    relay: () => new Relay(outboxDao, new SnsPublisher(topic), logger),
    logger,
    close: () => Promise.all([userApi.close(), billingApi.close(), database.close()]),
  });
}

interface WorkerFunctionParts {
  engine: AwaitedEngine;
  /** A worker for one event of the function: it is stopped before the answer. */
  worker: () => WorkerBo;
  relay: () => Relay;
  logger: Logger;
  close: () => Promise<unknown>;
}

/** The worker where nothing runs between two events. */
class WorkerFunction {
  constructor(private readonly parts: WorkerFunctionParts) {}

  async takeBatch({ Records: records }: SQSEvent, clock: Clock): Promise<SQSBatchResponse> {
    const foreign = records.find(({ eventSource }) => eventSource !== 'aws:sqs');
    if (foreign) throw new Error(`This function takes messages of SQS, not of ${foreign.eventSource}`);
    const worker = this.parts.worker();
    const taken = await Promise.allSettled(records.map((record) => this.take(record, worker, clock)));
    await this.finish(worker, clock);
    const failed = records.filter((_, at) => taken[at]?.status === 'rejected').map(({ messageId }) => messageId);
    return { batchItemFailures: [...new Set(failed)].map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async sweep(clock: Clock): Promise<void> {
    const [worker, relay] = [this.parts.worker(), this.parts.relay()];
    relay.kick();
    worker.start();
    await pause(SWEEP_MS);
    await Promise.all([relay.stop(), this.finish(worker, clock)]);
  }

  close = (): Promise<unknown> => this.parts.close();

  /** Rejects when the event is not ours or the time is over; either way the queue brings it again, or puts it aside in the end. */
  private async take(record: SQSRecord, worker: WorkerBo, clock: Clock): Promise<void> {
    const { messageId, attributes } = record;
    try {
      const event = eventOf(record.body);
      await withinTime(clock, () => runInContext({ requestId: event.requestId }, () => worker.take(event)));
    } catch (error) {
      this.parts.logger.warn('message not taken, it will be delivered again', {
        messageId,
        deliveries: attributes.ApproximateReceiveCount,
        error,
      });
      throw error;
    }
  }

  /** Until everything in hand is done or the time is over; what is not done then goes on elsewhere when its lease runs out. */
  private async finish(worker: WorkerBo, clock: Clock): Promise<void> {
    await withinTime(clock, () => this.parts.engine.settled()).catch(() => undefined);
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
