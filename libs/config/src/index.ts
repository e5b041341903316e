export { ConfigError, readConfig } from './environment';
export {
  cloudSettings,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  paymentSettings,
  peerSettings,
  queueSettings,
  serviceSettings,
  smsSettings,
  userSettings,
} from './settings';
