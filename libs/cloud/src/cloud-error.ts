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

/** One of them; what it means and how to mend it: WORDS. */
export type CloudErrorCode = (typeof CLOUD_ERROR_CODES)[number];

const RETRYABLE = new Set<CloudErrorCode>(['RateLimited', 'ModelNotReady', 'Timeout', 'Unavailable']);

/** What each failure means, and how to mend it. */
export const WORDS: Record<CloudErrorCode, { meaning: string; hint: string }> = {
  Unauthenticated: {
    meaning: 'the credentials were refused',
    hint: 'Check the credentials of the registered cloud, and the clock of this machine.',
  },
  PermissionDenied: {
    meaning: 'these credentials may not do that',
    hint: 'Grant the registered credentials list, read, write and delete on the bucket or container.',
  },
  NotFound: {
    meaning: 'there is no such thing',
    hint: 'Check the name; list what exists under the prefix.',
  },
  ContainerNotFound: {
    meaning: 'there is no such bucket or container',
    hint: 'Check the bucket or container name and its region.',
  },
  AlreadyExists: {
    meaning: 'it exists already',
    hint: 'Choose another name, or write without ifAbsent to replace what is there.',
  },
  PreconditionFailed: {
    meaning: 'it has changed meanwhile',
    hint: 'The state has changed since it was read: read it again and decide anew.',
  },
  RangeNotSatisfiable: {
    meaning: 'the offset lies beyond its end',
    hint: 'Ask for an offset below the size of the object.',
  },
  InvalidArgument: {
    meaning: 'an argument is not valid',
    hint: 'Correct the argument that the message names.',
  },
  TooLarge: {
    meaning: 'it is too large',
    hint: 'Send less at once, or submit a batch.',
  },
  RateLimited: {
    meaning: 'the cloud asks for fewer requests',
    hint: 'Slow down and try again later.',
  },
  ModelNotReady: {
    meaning: 'the model is not ready',
    hint: 'The model is starting: try again in a moment.',
  },
  ModelError: {
    meaning: 'the model failed',
    hint: 'The model refused the input: compare the records with what it was trained on.',
  },
  Timeout: {
    meaning: 'the cloud did not answer in time',
    hint: 'The cloud was too slow: try again, or allow more time.',
  },
  Unavailable: {
    meaning: 'the cloud is not available',
    hint: 'The cloud is not reachable or has a fault: try again later.',
  },
  Cancelled: {
    meaning: 'it was called off',
    hint: 'The caller gave up.',
  },
  NotSupported: {
    meaning: 'it is not offered',
    hint: 'This cloud, or this connection, does not offer the operation.',
  },
  Internal: {
    meaning: 'the answer is not understood',
    hint: 'The cloud answered in a way that its documentation does not foresee.',
  },
};

/** Where a failure happened and what the provider said about it. */
interface CloudErrorDetails {
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

/** The only error that this library throws. The message names operation and key, not the provider, and never a secret or a signed query. */
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
    this.hint = details.hint ?? WORDS[code].hint;
  }
}
