export { ConfigError, readConfig } from './environment';
export {
  cloudSettings,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  metricsSettings,
  paymentSettings,
  peerSettings,
  queueSettings,
  serviceSettings,
  smsSettings,
  userSettings,
} from './settings';
