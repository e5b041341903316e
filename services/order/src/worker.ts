import { ServiceIdentity } from '@polycloud/auth';
import { billingInternals, tokens } from '@polycloud/contracts';
import { connectDatabase } from '@polycloud/database';
import { clientOf, runAsProcess, type Stoppable } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { InboxDao, OutboxDao, SqsEventConsumer } from '@polycloud/messaging';
import { UserClouds } from '@polycloud/user-clouds';
import { FulfilmentBo } from './bo/fulfilment.bo';
import { orderSaga } from './bo/saga/order-saga';
import { SagaEngineBo } from './bo/saga/saga-engine.bo';
import { WorkerBo } from './bo/worker.bo';
import { type Config, readServiceConfig } from './config';
import { OrderDao } from './dao/order.dao';
import { SagaDao } from './dao/saga.dao';
import { defineModels } from './models';

/** The worker: takes processes from the queue, and from the table what the queue did not bring, and drives them. */
export async function startWorker(config: Config, logger: Logger): Promise<Stoppable> {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('order', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const billingApi = clientOf(billingInternals, { name: 'billing', url: config.BILLING_URL, identity, timeoutMs: 30_000 });

  const orderDao = new OrderDao(
    database,
    models,
    new OutboxDao(database, models.outbox),
    new IdempotencyKeyDao(models.idempotencyKeys),
  );
  const sagaDao = new SagaDao(database, models, new InboxDao(models.inbox));
  // A process makes one call at a time, so a user has never more under way than the worker has hands.
  const clouds = { allowedEndpoints: config.CLOUD_ENDPOINT_ALLOWLIST, mostCalls: config.WORKER_CONCURRENCY, logger };
  const userClouds = new UserClouds(userApi, clouds);
  const fulfilmentBo = new FulfilmentBo(userClouds);
  const engineBo = new SagaEngineBo(sagaDao, orderDao, [orderSaga(billingApi, userClouds, fulfilmentBo)], logger);
  const workerBo = new WorkerBo(sagaDao, engineBo, config.WORKER_CONCURRENCY, logger);
  traceCalls({ orderDao, sagaDao, userClouds, fulfilmentBo, engineBo, workerBo }, logger);

  const queue = { queueUrl: config.EVENTS_QUEUE_URL, region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL };
  const consumer = new SqsEventConsumer(queue, (event) => workerBo.take(event), logger);
  await database.authenticate();
  consumer.start();
  workerBo.start();
  logger.info('working', { concurrency: config.WORKER_CONCURRENCY });
  return {
    stop: async () => {
      await consumer.stop();
      await workerBo.stop();
      await Promise.all([userClouds.close(), userApi.close(), billingApi.close(), database.close()]);
    },
  };
}

if (require.main === module) void runAsProcess({ name: 'order-worker', config: readServiceConfig, start: startWorker });
