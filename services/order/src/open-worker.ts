import { ServiceIdentity } from '@polycloud/auth';
import { billingInternals, tokens, users } from '@polycloud/contracts';
import { plantCrash } from '@polycloud/crash-points';
import { connectDatabase } from '@polycloud/database';
import { clientOf, type Stoppable } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { type Logger, traceCalls } from '@polycloud/logger';
import { InboxDao, OutboxDao } from '@polycloud/messaging';
import { UserClouds } from '@polycloud/user-clouds';
import { GuardedSender } from '@polycloud/webhook';
import { CallbackSenderBo } from './bo/callback-sender.bo';
import { FulfilmentBo } from './bo/fulfilment.bo';
import { orderSaga } from './bo/saga/order-saga';
import { SagaEngineBo } from './bo/saga/saga-engine.bo';
import { WorkerBo } from './bo/worker.bo';
import type { Config } from './config';
import { CallbackDao } from './dao/callback.dao';
import { EndDao } from './dao/end.dao';
import { LeaseDao } from './dao/lease.dao';
import { OrderDao } from './dao/order.dao';
import { ProcessWriter } from './dao/process-writer';
import { StepDao } from './dao/step.dao';
import { defineModels } from './models';

/** What drives processes, whichever door their events come through. */
export interface OpenWorker extends Stoppable {
  workerBo: WorkerBo;
  /** Another one over the same parts, for a function that must let go of everything before it answers. */
  newWorker(): WorkerBo;
  outboxDao: OutboxDao;
  /** Rejects when its database cannot be reached. */
  check(): Promise<void>;
  /** Forgets events and keys that are of no use any more. */
  forget(): Promise<void>;
}

/** The graph of the worker: the saga engine and the sender of callbacks, not yet started. */
export function openWorker(config: Config, logger: Logger): OpenWorker {
  const database = connectDatabase(config, logger);
  const models = defineModels(database);
  const identity = new ServiceIdentity('order', config.SERVICE_KEY, config.SERVICE_TRUST);
  const userApi = clientOf({ ...tokens, ...users }, { name: 'user', url: config.USER_URL, identity });
  const billingApi = clientOf(billingInternals, { name: 'billing', url: config.BILLING_URL, identity, timeoutMs: 30_000 });

  const outboxDao = new OutboxDao(database, models.outbox);
  const keyDao = new IdempotencyKeyDao(models.idempotencyKeys);
  const inboxDao = new InboxDao(models.inbox);
  const orderDao = new OrderDao(database, models, outboxDao, keyDao);
  const writer = new ProcessWriter(database, models);
  const parts = { models, inbox: inboxDao, writer };
  const leaseDao = new LeaseDao(database, parts, config.WORKER_LEASE_SECONDS);
  const stepDao = new StepDao(database, writer, config.WORKER_LEASE_SECONDS);
  const endDao = new EndDao(database, parts);
  const callbackDao = new CallbackDao(database, models);
  // A process makes one call at a time, so a user has never more under way than the worker has hands.
  const clouds = { allowedEndpoints: config.CLOUD_ENDPOINT_ALLOWLIST, mostCalls: config.WORKER_CONCURRENCY, logger };
  const userClouds = new UserClouds(userApi, clouds);
  const fulfilmentBo = new FulfilmentBo(userClouds);
  const callbackSenderBo = new CallbackSenderBo(
    callbackDao,
    userApi,
    new GuardedSender({ allowPrivate: config.CALLBACK_ALLOW_PRIVATE }),
    logger,
  );
  const saga = orderSaga(billingApi, userClouds, fulfilmentBo);
  const engineBo = new SagaEngineBo({ leases: leaseDao, steps: stepDao, ends: endDao }, [saga], logger);
  const options = {
    concurrency: config.WORKER_CONCURRENCY,
    userShare: config.WORKER_USER_SHARE,
    ended: () => callbackSenderBo.kick(),
  };
  const newWorker = () => new WorkerBo(leaseDao, engineBo, options, logger);
  const workerBo = newWorker();
  plantCrash({ leaseDao, stepDao, endDao, callbackDao }, config.CRASH_AT);
  traceCalls(
    {
      outboxDao,
      inboxDao,
      keyDao,
      orderDao,
      leaseDao,
      stepDao,
      endDao,
      callbackDao,
      userClouds,
      fulfilmentBo,
      callbackSenderBo,
      engineBo,
      workerBo,
    },
    logger,
  );

  callbackSenderBo.start();
  return {
    workerBo,
    newWorker,
    outboxDao,
    check: () => database.authenticate(),
    forget: async () => {
      for (const dao of [outboxDao, inboxDao, keyDao]) await dao.sweep();
    },
    stop: async () => {
      await workerBo.stop();
      await callbackSenderBo.stop();
      await Promise.all([userClouds.close(), userApi.close(), billingApi.close(), database.close()]);
    },
  };
}
