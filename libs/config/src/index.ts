export { ConfigError, readConfig } from './environment';
export {
  cloudSettings,
  databaseSettings,
  encryptionSettings,
  identitySettings,
  peerSettings,
  queueSettings,
  serviceSettings,
} from './settings';
