import {
  cloudSettings,
  databaseSettings,
  identitySettings,
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
  queueSettings.optional,
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...queueSettings.filled,
    ...cloudSettings.filled,
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
