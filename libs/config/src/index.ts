export { ConfigError, readConfig } from './environment';
export {
  cloudSettings,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  peerSettings,
  queueSettings,
  serviceSettings,
  smsSettings,
  userSettings,
} from './settings';
