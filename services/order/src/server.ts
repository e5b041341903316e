import '@polycloud/telemetry/register';
import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { quotes, tokens, users } from '@polycloud/contracts';
import { plantCrash } from '@polycloud/crash-points';
import { asUnavailable, checkDatabase, connectDatabase } from '@polycloud/database';
import { clientOf, Metrics, runAsProcess, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { InboxDao, OutboxDao, QueueMonitor, Relay, SnsPublisher, SnsSubscriptions } from '@polycloud/messaging';
import { UserClouds } from '@polycloud/user-clouds';
import { GuardedSender, SnsMessageVerifier } from '@polycloud/webhook';
import { Backlog } from './bo/backlog';
import { CallbackBo } from './bo/callback.bo';
import { FiguresBo } from './bo/figures.bo';
import { FulfilmentBo } from './bo/fulfilment.bo';
import { OrderBo } from './bo/order.bo';
import { PricingBo } from './bo/pricing.bo';
import { ProcessBo } from './bo/process.bo';
import { PushedEventBo } from './bo/pushed-event.bo';
import { type Config, readServiceConfig } from './config';
import { CallbackController } from './controllers/callback.controller';
import { OrderController } from './controllers/order.controller';
import { OrderInternalController } from './controllers/order-internal.controller';
import { ProcessController } from './controllers/process.controller';
import { PushedEventController } from './controllers/pushed-event.controller';
import { CallbackDao } from './dao/callback.dao';
import { FiguresDao } from './dao/figures.dao';
import { LeaseDao } from './dao/lease.dao';
import { OrderDao } from './dao/order.dao';
import { ProcessDao } from './dao/process.dao';
import { ProcessWriter } from './dao/process-writer';
import { defineModels } from './models';
import { openWorker } from './open-worker';
import { callbackRoutes, orderInternalRoutes, orderRoutes, processRoutes, pushedEventRoutes } from './routes/order.routes';

/** The order service: accepts orders and tells how far their processes are. The worker drives them. */
export async function startOrder(config: Config, logger: Logger): Promise<RunningService> {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('order', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf({ ...tokens, details: users.details }, { name: 'user', url: config.USER_URL, identity });
  const quoteApi = clientOf(quotes, { name: 'billing', url: config.BILLING_URL, identity });
  const verifier = new TokenVerifier(userApi);

  const outboxDao = new OutboxDao(database, models.outbox);
  const keyDao = new IdempotencyKeyDao(models.idempotencyKeys);
  const orderDao = new OrderDao(database, models, outboxDao, keyDao);
  const processDao = new ProcessDao(models);
  const publisher = new SnsPublisher({
    topicArn: config.EVENTS_TOPIC_ARN,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
  });
  const queueMonitor = new QueueMonitor({
    queueUrl: config.EVENTS_QUEUE_URL,
    deadLetterUrl: config.EVENTS_DLQ_URL,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
  });
  const relay = new Relay(outboxDao, publisher, logger);
  const userClouds = new UserClouds(userApi, { allowedEndpoints: config.CLOUD_ENDPOINT_ALLOWLIST, logger });

  const callbackTargets = new GuardedSender({ allowPrivate: config.CALLBACK_ALLOW_PRIVATE });

  const pricingBo = new PricingBo(userApi, quoteApi);
  const fulfilmentBo = new FulfilmentBo(userClouds);
  const writer = new ProcessWriter(database, models);
  const leaseDao = new LeaseDao(database, { models, inbox: new InboxDao(models.inbox), writer }, config.WORKER_LEASE_SECONDS);
  const backlog = new Backlog(leaseDao, config.ORDER_BACKLOG_LIMIT);
  const rows = { orders: orderDao, processes: processDao, keys: keyDao };
  const orderBo = new OrderBo(rows, backlog, pricingBo, fulfilmentBo, relay, callbackTargets);
  const processBo = new ProcessBo(processDao);
  const callbackBo = new CallbackBo(new CallbackDao(database, models), processBo);
  const metrics = new Metrics('order');
  metrics.show(new FiguresBo(new FiguresDao(models, outboxDao), queueMonitor));
  const orderController = new OrderController(orderBo);
  const orderInternalController = new OrderInternalController(orderBo);
  const processController = new ProcessController(processBo);
  const callbackController = new CallbackController(callbackBo);
  const push = config.EVENTS_PUSH ? openPush(config, logger) : undefined;
  plantCrash({ outboxDao, keyDao, orderDao, publisher }, config.CRASH_AT);
  traceCalls(
    { outboxDao, keyDao, orderDao, processDao, publisher, userClouds, pricingBo, fulfilmentBo, orderBo, processBo, callbackBo },
    logger,
  );
  traceCalls({ orderController, orderInternalController, processController, callbackController }, logger);

  relay.start();
  return serve(
    config,
    [
      ...orderRoutes(orderController),
      ...orderInternalRoutes(orderInternalController),
      ...processRoutes(processController),
      ...callbackRoutes(callbackController),
      ...(push?.routes ?? []),
    ],
    {
      name: 'order',
      logger,
      authenticator: { user: (token) => verifier.verify(token), identity },
      metrics,
      checks: {
        database: () => checkDatabase(database),
        queue: () => queueMonitor.figures(),
        user: () => userApi.alive(),
        billing: () => quoteApi.alive(),
      },
      translate: asUnavailable,
      close: [
        async () => push?.stop(),
        () => relay.stop(),
        () => Promise.resolve(queueMonitor.close()),
        () => userClouds.close(),
        () => userApi.close(),
        () => quoteApi.close(),
        () => database.close(),
      ],
    },
  );
}

/** The door for events that SNS pushes, with a worker behind it in this very process. */
function openPush(config: Config, logger: Logger) {
  const worker = openWorker(config, logger);
  const verifier = new SnsMessageVerifier({ topicArns: [config.EVENTS_TOPIC_ARN], endpoint: config.AWS_ENDPOINT_URL });
  const subscriptions = new SnsSubscriptions({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL });
  const pushedEventBo = new PushedEventBo(verifier, subscriptions, worker.workerBo, logger);
  const pushedEventController = new PushedEventController(pushedEventBo);
  traceCalls({ pushedEventBo, pushedEventController }, logger);
  worker.workerBo.start();
  const stop = async () => {
    await worker.stop();
    subscriptions.close();
  };
  return { routes: pushedEventRoutes(pushedEventController), stop };
}

if (require.main === module) void runAsProcess({ name: 'order', config: readServiceConfig, start: startOrder });
