import {
  cloudSettings,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  metricsSettings,
  readConfig,
  serviceSettings,
  smsSettings,
  userSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';

const settings = record(
  { ...serviceSettings.required, ...databaseSettings.required, ...identitySettings.required, ...encryptionSettings.required },
  { ...smsSettings.optional, ...metricsSettings.optional },
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...cloudSettings.filled,
    ...smsSettings.filled,
    ...userSettings.filled,
  },
);

export type Config = Infer<typeof settings>;
export const readServiceConfig = (): Config => readConfig(settings);
