/** Every code that a client can meet, with the status and the title that go with it. */
export const errorCatalogue = {
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON' },
  VALIDATION_FAILED: { status: 400, title: 'The request is not valid' },
  INVALID_SIGNATURE: { status: 400, title: 'The signature does not match' },
  NOT_AUTHENTICATED: { status: 401, title: 'A valid access token is needed' },
  INVALID_CREDENTIALS: { status: 401, title: 'The e-mail or the password is wrong' },
  PAYMENT_REQUIRED: { status: 402, title: 'The order is not paid' },
  PAYMENT_DECLINED: { status: 402, title: 'The payment was declined' },
  FORBIDDEN: { status: 403, title: 'This role or scope may not do that' },
  NOT_FOUND: { status: 404, title: 'There is no such thing' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not take that method' },
  EMAIL_TAKEN: { status: 409, title: 'The e-mail address is already registered' },
  REQUEST_IN_PROGRESS: { status: 409, title: 'The first request with this key is still running' },
  INVALID_STATE: { status: 409, title: 'That is not possible in the present state' },
  CLOUD_NOT_REGISTERED: { status: 409, title: 'No cloud is registered' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body is not of a type that is taken here' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used with another body' },
  UNSUPPORTED_CLOUD: { status: 422, title: 'This cloud is not offered' },
  DATASET_UNREADABLE: { status: 422, title: 'The dataset cannot be read' },
  UNKNOWN_SKU: { status: 422, title: 'There is no such product' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  INTERNAL: { status: 500, title: 'A defect on our side' },
  CLOUD_FAILED: { status: 502, title: "The user's cloud failed" },
  UPSTREAM_FAILED: { status: 502, title: 'A service behind this one failed' },
  UNAVAILABLE: { status: 503, title: 'Not available at the moment' },
  UPSTREAM_TIMEOUT: { status: 504, title: 'A service or cloud behind this one was too slow' },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** One wrong field of a request. `field` is its path: `body.items[0].sku`. */
export interface FieldError {
  field: string;
  message: string;
}

/** What may be said beside code and detail; `retryAfter` is in seconds. */
export interface ErrorExtras {
  hint?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  retryAfter?: number;
  cause?: unknown;
}

/**
 * An expected failure. `detail` says which data or operation is meant, `hint` how to mend it; both reach the client,
 * the cause does not. Anything else that is thrown is a defect and answered as INTERNAL.
 */
export class AppError extends Error {
  readonly hint?: string;
  readonly errors?: FieldError[];
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    extras: ErrorExtras = {},
  ) {
    super(`${code}: ${detail}`, { cause: extras.cause });
    this.name = 'AppError';
    if (extras.hint !== undefined) this.hint = extras.hint;
    if (extras.errors !== undefined) this.errors = extras.errors;
    this.headers = { ...extras.headers, ...(extras.retryAfter !== undefined && { 'Retry-After': String(extras.retryAfter) }) };
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  static isCode(value: unknown): value is ErrorCode {
    return typeof value === 'string' && Object.hasOwn(errorCatalogue, value);
  }
}
