export { ConfigError, type Environment, readConfig, settingsOf } from './environment';
export { loadEnvironment, loadFiles, type LoadOptions, sealerOf } from './load';
export { refuse, type Refusal } from './production';
export { SealError } from './sealing/key-source';
export { makeKeyFile } from './sealing/local-key';
export { isSealed, Sealer } from './sealing/sealer';
export {
  administratorSettings,
  cloudSettings,
  commaList,
  databaseSettings,
  encryptionSettings,
  faultSettings,
  identitySettings,
  json,
  metricsSettings,
  passwordSetting,
  paymentSettings,
  peerSettings,
  queueSettings,
  serviceSettings,
  smsSettings,
  sourceSettings,
  type SourceSettings,
} from './settings';
export { type ServiceSettings, settingsTable } from './table';
