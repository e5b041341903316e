import type { CloudErrorCode } from '../../cloud-error';
import type { HttpFailure } from '../../http-json';
import type { ProviderFailure } from '../../provider-failure';

const CODES: Record<string, CloudErrorCode> = {
  AccessDeniedException: 'PermissionDenied',
  UnrecognizedClientException: 'Unauthenticated',
  InvalidSignatureException: 'Unauthenticated',
  ExpiredTokenException: 'Unauthenticated',
  ThrottlingException: 'RateLimited',
  ResourceLimitExceeded: 'RateLimited',
  ResourceInUse: 'AlreadyExists',
  ResourceNotFound: 'NotFound',
  ModelNotReadyException: 'ModelNotReady',
  ModelError: 'ModelError',
  InternalDependencyException: 'Unavailable',
};

/** Reads an error of SageMaker, whose runtime names it in a header and whose control plane in the body. */
export function sagemakerFailure({ status, headers, json }: HttpFailure): ProviderFailure {
  const named = headers.get('x-amzn-errortype') ?? (json.__type as string | undefined);
  // `prefix#Name` and `Name:address` both occur.
  const providerCode = named?.split('#').pop()?.split(':')[0];
  const message = (json.message ?? json.Message) as string | undefined;
  const unknown = /^Validation/.test(providerCode ?? '') && /not found|could not find/i.test(message ?? '');
  const original = Number(json.OriginalStatusCode);
  return {
    code: unknown ? 'NotFound' : CODES[providerCode ?? ''],
    providerCode,
    message,
    // A container's own fault may pass; the limit on jobs will not within a retry.
    retryable: retryableOf(providerCode, original),
    httpStatus: providerCode === 'ModelError' && original ? original : status,
  };
}

function retryableOf(providerCode: string | undefined, originalStatus: number): boolean | undefined {
  if (providerCode === 'ModelError') return originalStatus >= 500;
  return providerCode === 'InternalDependencyException' || providerCode === 'ResourceLimitExceeded' ? false : undefined;
}
