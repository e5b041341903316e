import {
  cloudSettings,
  commaList,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  metricsSettings,
  readConfig,
  serviceSettings,
  smsSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';
import Joi from 'joi';

const settings = record(
  { ...serviceSettings.required, ...databaseSettings.required, ...identitySettings.required, ...encryptionSettings.required },
  { ...smsSettings.optional, ...metricsSettings.optional },
  {
    ...serviceSettings.filled,
    ...databaseSettings.filled,
    ...cloudSettings.filled,
    ...smsSettings.filled,
    ADMIN_EMAILS: commaList('Who registers with one of these addresses is an administrator, separated by commas').default([]),
    ACCESS_TOKEN_SECONDS: Joi.number().integer().min(30).max(900).default(600).description('Life of an access token, seconds'),
  },
);

export type Config = Infer<typeof settings>;
export const readServiceConfig = (): Config => readConfig(settings);
