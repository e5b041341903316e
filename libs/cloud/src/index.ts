export { CloudAdapter } from './cloud-adapter';
export { CloudFactory } from './cloud-factory';
export { CloudError, CLOUD_ERROR_CODES, type CloudErrorCode } from './cloud-error';
export { clouds } from './clouds';
export { keyDefect } from './object-key';
export { isFinal } from './batches';
export type {
  BatchRequest,
  BatchResult,
  BatchState,
  BatchStatus,
  Health,
  ModelRecord,
  Prediction,
  PredictRequest,
} from './batches';
export type { Capabilities } from './capabilities';
export type { CloudDeps, CloudLogger } from './deps';
export type { Metadata } from './metadata';
export type {
  ListedFolder,
  ListedObject,
  ListRequest,
  ObjectBody,
  ObjectInfo,
  ObjectPage,
  OpenedObject,
  PresignedRequest,
  PresignRequest,
  ReadOptions,
  WriteOptions,
} from './objects';
export { asAppError } from './as-app-error';
