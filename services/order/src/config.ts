import {
  cloudSettings,
  databaseSettings,
  identitySettings,
  metricsSettings,
  peerSettings,
  queueSettings,
  readConfig,
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
  { ...queueSettings.optional, ...metricsSettings.optional },
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...queueSettings.filled,
    ...cloudSettings.filled,
    CALLBACK_ALLOW_PRIVATE: Joi.boolean()
      .default(false)
      .description("Callbacks may go to private addresses and over http; for a developer's machine only"),
    EVENTS_PUSH: Joi.boolean()
      .default(false)
      .description('SNS pushes events to POST /order/events/sns; this process drives them too'),
    WORKER_CONCURRENCY: Joi.number()
      .integer()
      .min(1)
      .max(1000)
      .default(16)
      .description('Processes that one worker drives side by side'),
  },
).unknown(false);

export type Config = Infer<typeof settings>;

export const readServiceConfig = (): Config => readConfig(settings);
