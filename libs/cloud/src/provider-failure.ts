import type { CloudErrorCode } from './cloud-error';

/** What a driver could read off its SDK's or server's error; the rest is decided in one place for all clouds. */
export interface ProviderFailure {
  /** Our code, where the provider's own says more than the HTTP status. */
  code?: CloudErrorCode;
  httpStatus?: number;
  providerCode?: string;
  /** The provider's words; shown only after its secrets are blotted out. */
  message?: string;
  retryAfterMs?: number;
  retryable?: boolean;
  requestId?: string;
  hint?: string;
}

const BY_STATUS: Record<number, CloudErrorCode> = {
  400: 'InvalidArgument',
  401: 'Unauthenticated',
  403: 'PermissionDenied',
  404: 'NotFound',
  408: 'Timeout',
  409: 'AlreadyExists',
  412: 'PreconditionFailed',
  413: 'TooLarge',
  416: 'RangeNotSatisfiable',
  424: 'ModelError',
  429: 'RateLimited',
  499: 'Cancelled',
  500: 'Unavailable',
  501: 'NotSupported',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Timeout',
  520: 'Unavailable',
};

const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'TimeoutError',
]);
const NETWORK_CODES = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['UND_ERR_SOCKET', 'REQUEST_SEND_ERROR', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_CONSTANT'],
]);

/** Our code for a failure, by the provider's code first, then the HTTP status, then the socket's word. */
export function codeOf(failure: ProviderFailure): CloudErrorCode {
  if (failure.code) return failure.code;
  const byStatus = BY_STATUS[failure.httpStatus ?? 0];
  if (byStatus) return byStatus;
  if (TIMEOUT_CODES.has(failure.providerCode ?? '')) return 'Timeout';
  return NETWORK_CODES.has(failure.providerCode ?? '') ? 'Unavailable' : 'Internal';
}

/** `Retry-After` as seconds or as a date, in milliseconds from `now`. */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The innermost `code` or `name` that says why a connection failed: fetch and the SDKs bury it under `cause`. */
export function networkCode(error: unknown): string | undefined {
  for (
    let inner = error as { code?: unknown; name?: unknown; cause?: unknown } | undefined;
    inner;
    inner = inner.cause as never
  ) {
    for (const word of [inner.code, inner.name]) {
      if (typeof word === 'string' && (NETWORK_CODES.has(word) || TIMEOUT_CODES.has(word))) return word;
    }
  }
  return undefined;
}
