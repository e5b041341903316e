import type { CloudErrorCode } from '../../cloud-error';
import { retryAfterMs, type ProviderFailure } from '../../provider-failure';

/** Where S3's own code says more than the HTTP status. */
const CODES: Record<string, CloudErrorCode> = {
  InvalidAccessKeyId: 'Unauthenticated',
  SignatureDoesNotMatch: 'Unauthenticated',
  ExpiredToken: 'Unauthenticated',
  InvalidToken: 'Unauthenticated',
  RequestTimeTooSkewed: 'Unauthenticated',
  NoSuchBucket: 'ContainerNotFound',
  PermanentRedirect: 'ContainerNotFound',
  EntityTooLarge: 'TooLarge',
  RequestTimeout: 'Timeout',
  SlowDown: 'RateLimited',
  ThrottlingException: 'RateLimited',
  ConditionalRequestConflict: 'Unavailable',
};

interface SdkError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $response?: { headers?: Record<string, string> };
}

/** Reads an error of the S3 SDK; its name is the server's code, except where there was no body (HEAD, 304). */
export function s3Failure(error: unknown): ProviderFailure {
  const { name, message: said, $metadata, $response } = error as SdkError;
  // What the SDK says of an answer without a body.
  const message = said === 'UnknownError' ? undefined : said;
  if (!$metadata?.httpStatusCode) return { message };
  const { httpStatusCode: httpStatus, requestId } = $metadata;
  const code = CODES[name ?? ''] ?? (httpStatus === 301 ? 'ContainerNotFound' : undefined);
  const hint = name === 'RequestTimeTooSkewed' ? 'The clock of this machine is wrong.' : undefined;
  const wait = retryAfterMs($response?.headers?.['retry-after'], Date.now());
  return { code, httpStatus, providerCode: name, message, requestId, retryAfterMs: wait, hint };
}
