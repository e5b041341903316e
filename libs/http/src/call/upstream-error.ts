import { AppError, type Endpoint } from '@polycloud/contracts';

type Asked = Pick<Endpoint, 'path'> & { method: string };

const TIMEOUTS: ReadonlySet<unknown> = new Set(['TimeoutError', 'HeadersTimeoutError', 'BodyTimeoutError']);
/** Reasons for which a request did not even reach the peer. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A call that brought no answer, as an error of the catalogue. A connection that broke may have carried the request over. */
export function asUpstreamError(error: unknown, peer: string, endpoint: Asked): AppError {
  const { name, code } = error as { name?: string; code?: string };
  if (TIMEOUTS.has(name)) return tooSlow(peer, endpoint, error);
  if (UNREACHABLE.has(code)) {
    return new AppError('UNAVAILABLE', `The ${peer} service cannot be reached`, {
      cause: error,
      retryAfter: 1,
      hint: 'Try again in a moment',
    });
  }
  return new AppError('UPSTREAM_FAILED', `The ${peer} service gave no usable answer`, { cause: error });
}

/** The peer did not answer within the budget. */
export const tooSlow = (peer: string, endpoint: Asked, cause?: unknown) =>
  new AppError('UPSTREAM_TIMEOUT', `The ${peer} service did not answer in time (${endpoint.method} ${endpoint.path})`, {
    cause,
    retryAfter: 1,
  });
