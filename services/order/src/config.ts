import {
  cloudSettings,
  databaseSettings,
  faultSettings,
  identitySettings,
  metricsSettings,
  peerSettings,
  queueSettings,
  readConfig,
  refuse,
  serviceSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';
import Joi from 'joi';

const { USER_URL, BILLING_URL } = peerSettings;

const settings = record(
  {
    ...serviceSettings.required,
    ...databaseSettings.required,
    ...identitySettings.required,
    ...queueSettings.required,
    USER_URL,
    BILLING_URL,
  },
  { ...queueSettings.optional, ...metricsSettings.optional, ...faultSettings.optional },
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...queueSettings.filled,
    ...cloudSettings.filled,
    CALLBACK_ALLOW_PRIVATE: refuse(
      Joi.boolean<boolean>()
        .default(false)
        .description("Callbacks may go to private addresses and over http; for a developer's machine only"),
      { where: 'deployed', reason: 'it lets users reach the network behind us', unsafe: (allowed) => allowed },
    ),
    EVENTS_PUSH: Joi.boolean()
      .default(false)
      .description('SNS pushes events to POST /order/events/sns; this process drives them too'),
    WORKER_CONCURRENCY: Joi.number()
      .integer()
      .min(1)
      .max(1000)
      .default(16)
      .description('Processes that one worker drives side by side'),
    WORKER_USER_SHARE: Joi.number()
      .integer()
      .min(1)
      .default(4)
      .description('Of these, most of one user, so that his many orders leave hands for others'),
    WORKER_LEASE_SECONDS: Joi.number()
      .integer()
      .min(2)
      .max(300)
      .default(15)
      .description('Seconds after which a process of a worker that died is taken up by another'),
    ORDER_BACKLOG_LIMIT: Joi.number()
      .integer()
      .min(1)
      .default(10_000)
      .description('Processes that may wait for a worker; beyond that new orders are answered 503'),
  },
);

export type Config = Infer<typeof settings>;

export const readServiceConfig = (): Config => readConfig(settings);
