import type { CloudErrorCode } from '../../cloud-error';
import { retryAfterMs, type ProviderFailure } from '../../provider-failure';

/** Where Google's reason says more than the HTTP status. */
const REASONS: Record<string, CloudErrorCode> = {
  authError: 'Unauthenticated',
  invalid_grant: 'Unauthenticated',
  rateLimitExceeded: 'RateLimited',
  userRateLimitExceeded: 'RateLimited',
  quotaExceeded: 'RateLimited',
};

interface SdkError {
  code?: number | string;
  message?: string;
  errors?: { reason?: string }[];
  response?: {
    status?: number;
    statusCode?: number;
    headers?: Record<string, string>;
    data?: { error?: { errors?: { reason?: string }[] } };
  };
}

/** Reads an error of the Google Storage SDK, whose `code` is an HTTP status or a socket's word. */
export function googleFailure(error: unknown): ProviderFailure {
  const { code, message, errors, response } = error as SdkError;
  const reason = (errors ?? response?.data?.error?.errors)?.[0]?.reason;
  const httpStatus = Number(code) || response?.status || response?.statusCode || undefined;
  return {
    code: REASONS[reason ?? ''] ?? (/bucket does not exist/i.test(message ?? '') ? 'ContainerNotFound' : undefined),
    httpStatus,
    providerCode: reason ?? (typeof code === 'string' && !httpStatus ? code : undefined),
    message: message?.split('\n')[0],
    requestId: response?.headers?.['x-guploader-uploadid'],
    retryAfterMs: retryAfterMs(response?.headers?.['retry-after'], Date.now()),
  };
}
