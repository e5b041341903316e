import {
  databaseSettings,
  faultSettings,
  identitySettings,
  metricsSettings,
  paymentSettings,
  peerSettings,
  readConfig,
  serviceSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';

const settings = record(
  {
    ...serviceSettings.required,
    ...databaseSettings.required,
    ...identitySettings.required,
    USER_URL: peerSettings.USER_URL,
    ORDER_URL: peerSettings.ORDER_URL,
  },
  { ...paymentSettings.optional, ...metricsSettings.optional, ...faultSettings.optional },
  { ...serviceSettings.filled, ...databaseSettings.filled, ...paymentSettings.filled },
);

export type Config = Infer<typeof settings>;

/** The billing service's settings. Throws ConfigError, which names every wrong one. */
export const readServiceConfig = () => readConfig(settings);
