/** Every way a cloud call can fail, whatever the cloud. */
export const CLOUD_ERROR_CODES = [
  'Unauthenticated',
  'PermissionDenied',
  'NotFound',
  'ContainerNotFound',
  'AlreadyExists',
  'PreconditionFailed',
  'RangeNotSatisfiable',
  'InvalidArgument',
  'TooLarge',
  'RateLimited',
  'ModelNotReady',
  'ModelError',
  'Timeout',
  'Unavailable',
  'Cancelled',
  'NotSupported',
  'Internal',
] as const;

export type CloudErrorCode = (typeof CLOUD_ERROR_CODES)[number];

const RETRYABLE = new Set<CloudErrorCode>(['RateLimited', 'ModelNotReady', 'Timeout', 'Unavailable']);

const HINTS: Record<CloudErrorCode, string> = {
  Unauthenticated: 'Check the credentials of the registered cloud, and the clock of this machine.',
  PermissionDenied: 'Grant the registered credentials list, read, write and delete on the bucket or container.',
  NotFound: 'Check the name; list what exists under the prefix.',
  ContainerNotFound: 'Check the bucket or container name and its region.',
  AlreadyExists: 'Choose another name, or write without ifAbsent to replace what is there.',
  PreconditionFailed: 'The state has changed since it was read: read it again and decide anew.',
  RangeNotSatisfiable: 'Ask for an offset below the size of the object.',
  InvalidArgument: 'Correct the argument that the message names.',
  TooLarge: 'Send less at once, or submit a batch.',
  RateLimited: 'Slow down and try again later.',
  ModelNotReady: 'The model is starting: try again in a moment.',
  ModelError: 'The model refused the input: compare the records with what it was trained on.',
  Timeout: 'The cloud was too slow: try again, or allow more time.',
  Unavailable: 'The cloud is not reachable or has a fault: try again later.',
  Cancelled: 'The caller gave up.',
  NotSupported: 'This cloud, or this connection, does not offer the operation.',
  Internal: 'The cloud answered in a way that its documentation does not foresee.',
};

/** Where a failure happened and what the provider said about it. */
export interface CloudErrorDetails {
  provider: string;
  operation: string;
  retryable?: boolean;
  /** Milliseconds that the provider asked to wait. */
  retryAfterMs?: number;
  httpStatus?: number;
  providerCode?: string;
  requestId?: string;
  hint?: string;
}

/** The only error that this library throws. The message names operation and key, never a secret or a signed query. */
export class CloudError extends Error {
  readonly provider: string;
  readonly operation: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly httpStatus?: number;
  readonly providerCode?: string;
  readonly requestId?: string;
  readonly hint: string;

  constructor(
    readonly code: CloudErrorCode,
    message: string,
    details: CloudErrorDetails,
  ) {
    super(message);
    this.name = 'CloudError';
    this.provider = details.provider;
    this.operation = details.operation;
    this.retryable = details.retryable ?? RETRYABLE.has(code);
    this.retryAfterMs = details.retryAfterMs;
    this.httpStatus = details.httpStatus;
    this.providerCode = details.providerCode;
    this.requestId = details.requestId;
    this.hint = details.hint ?? HINTS[code];
  }
}
