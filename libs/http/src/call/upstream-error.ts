import { AppError, type Endpoint } from '@polycloud/contracts';

type Asked = Pick<Endpoint, 'path'> & { method: string };

function isBrokenConnection(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** A call that brought no answer, as an error of the catalogue. */
export function asUpstreamError(error: unknown, peer: string, endpoint: Asked): AppError {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || name === 'HeadersTimeoutError' || name === 'BodyTimeoutError')
    return tooSlow(peer, endpoint, error);
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ENOTFOUND' || isBrokenConnection(error)) {
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
