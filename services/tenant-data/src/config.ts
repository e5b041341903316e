import {
  cloudSettings,
  databaseSettings,
  identitySettings,
  metricsSettings,
  peerSettings,
  readConfig,
  serviceSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';
import Joi from 'joi';

const { USER_URL, ORDER_URL, BILLING_URL } = peerSettings;

const settings = record(
  {
    ...serviceSettings.required,
    ...databaseSettings.required,
    ...identitySettings.required,
    USER_URL,
    ORDER_URL,
    BILLING_URL,
  },
  { ...metricsSettings.optional },
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...cloudSettings.filled,
    DATA_CACHE_MIB: Joi.number()
      .integer()
      .min(1)
      .max(1024)
      .default(64)
      .description('Memory for pages and results that may be asked for again, MiB'),
  },
);

export type Config = Infer<typeof settings>;

export const readServiceConfig = (): Config => readConfig(settings);
