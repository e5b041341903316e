import { RefusedName } from './resolve';
import { RefusedTarget } from './target-url';

const BY_CODE: [RegExp, string][] = [
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'No connection could be made'],
  [/^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/, 'The TLS handshake failed'],
  [/^(HPE_|UND_ERR_HEADERS_OVERFLOW$)/, 'The answer was not valid HTTP'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'The connection broke before an answer came'],
];

/** Why a try failed, in words that tell a user nothing about our network. */
export function failureReason(error: unknown): string {
  if (error instanceof RefusedTarget || error instanceof RefusedName) return error.message;
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError') return 'No answer came in time';
  return BY_CODE.find(([pattern]) => pattern.test(String(code)))?.[1] ?? 'The request failed';
}
