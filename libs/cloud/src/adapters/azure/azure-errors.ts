import type { CloudErrorCode } from '../../cloud-error';
import { retryAfterMs, type ProviderFailure } from '../../provider-failure';

/** Where Azure's own code says more than the HTTP status. */
const CODES: Record<string, CloudErrorCode> = {
  AuthenticationFailed: 'Unauthenticated',
  NoAuthenticationInformation: 'Unauthenticated',
  ContainerNotFound: 'ContainerNotFound',
  // An account that does not exist has no host name either.
  ENOTFOUND: 'ContainerNotFound',
  ContainerBeingDeleted: 'Unavailable',
  ServerBusy: 'RateLimited',
  // What the SDK says of a body whose connection broke; what we abort ourselves is known before its error is read.
  AbortError: 'Unavailable',
  OperationTimedOut: 'Timeout',
};

interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  statusCode?: number;
  details?: { errorCode?: string };
  response?: { headers: { get(name: string): string | undefined } };
}

/** Reads a `RestError` of the Azure SDK; HEAD answers carry their code in a header only. */
export function azureFailure(error: unknown): ProviderFailure {
  const { name, code, message, statusCode, details, response } = error as SdkError;
  const providerCode = code ?? details?.errorCode ?? response?.headers.get('x-ms-error-code');
  return {
    code: CODES[providerCode ?? name ?? ''],
    httpStatus: statusCode,
    providerCode,
    // The further lines are the request id and the time.
    message: message?.split('\n')[0],
    requestId: response?.headers.get('x-ms-request-id'),
    retryAfterMs: retryAfterMs(response?.headers.get('retry-after'), Date.now()),
  };
}
