import { ServiceIdentity, TokenVerifier } from '@polycloud/auth';
import { quotes, tokens } from '@polycloud/contracts';
import { asUnavailable, checkDatabase, connectDatabase } from '@polycloud/database';
import { clientOf, runAsProcess, type RunningService, serve } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { OutboxDao, Relay, SnsPublisher } from '@polycloud/messaging';
import { UserClouds } from '@polycloud/user-clouds';
import { FulfilmentBo } from './bo/fulfilment.bo';
import { OrderBo } from './bo/order.bo';
import { ProcessBo } from './bo/process.bo';
import { type Config, readServiceConfig } from './config';
import { OrderController } from './controllers/order.controller';
import { OrderInternalController } from './controllers/order-internal.controller';
import { ProcessController } from './controllers/process.controller';
import { OrderDao } from './dao/order.dao';
import { ProcessDao } from './dao/process.dao';
import { defineModels } from './models';
import { orderInternalRoutes, orderRoutes, processRoutes } from './routes/order.routes';

/** The order service: accepts orders and tells how far their processes are. The worker drives them. */
export async function startOrder(config: Config, logger: Logger): Promise<RunningService> {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('order', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf(tokens, { name: 'user', url: config.USER_URL, identity });
  const quoteApi = clientOf(quotes, { name: 'billing', url: config.BILLING_URL, identity });
  const verifier = new TokenVerifier({ jwks: () => userApi.jwks({}), verify: (token) => userApi.verify({ body: { token } }) });

  const outboxDao = new OutboxDao(database, models.outbox);
  const keyDao = new IdempotencyKeyDao(models.idempotencyKeys);
  const orderDao = new OrderDao(database, models, outboxDao, keyDao);
  const processDao = new ProcessDao(models);
  const publisher = new SnsPublisher({
    topicArn: config.EVENTS_TOPIC_ARN,
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
  });
  const relay = new Relay(outboxDao, publisher, logger);
  const userClouds = new UserClouds(userApi, { allowedEndpoints: config.CLOUD_ENDPOINT_ALLOWLIST, logger });

  const fulfilmentBo = new FulfilmentBo(userClouds);
  const orderBo = new OrderBo(orderDao, processDao, keyDao, quoteApi, fulfilmentBo, relay);
  const processBo = new ProcessBo(processDao);
  const orderController = new OrderController(orderBo);
  const orderInternalController = new OrderInternalController(orderBo);
  const processController = new ProcessController(processBo);
  traceCalls({ outboxDao, keyDao, orderDao, processDao, publisher, userClouds, fulfilmentBo, orderBo, processBo }, logger);
  traceCalls({ orderController, orderInternalController, processController }, logger);

  relay.start();
  return serve(
    config,
    [...orderRoutes(orderController), ...orderInternalRoutes(orderInternalController), ...processRoutes(processController)],
    {
      name: 'order',
      logger,
      authenticator: { user: (token) => verifier.verify(token), identity },
      checks: { database: () => checkDatabase(database), user: () => userApi.alive(), billing: () => quoteApi.alive() },
      translate: asUnavailable,
      close: [() => relay.stop(), () => userApi.close(), () => quoteApi.close(), () => database.close()],
    },
  );
}

if (require.main === module) void runAsProcess({ name: 'order', config: readServiceConfig, start: startOrder });
