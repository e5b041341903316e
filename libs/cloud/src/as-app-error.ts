import { AppError, type ErrorCode } from '@polycloud/contracts';
import { CloudError, type CloudErrorCode } from './cloud-error';

const OUTWARD: Partial<Record<CloudErrorCode, ErrorCode>> = {
  NotFound: 'NOT_FOUND',
  Timeout: 'UPSTREAM_TIMEOUT',
  InvalidArgument: 'VALIDATION_FAILED',
  TooLarge: 'PAYLOAD_TOO_LARGE',
  NotSupported: 'INVALID_STATE',
};

/** A cloud's failure in the catalogue that clients know: what was asked of the cloud, and how to mend it. Others stay as they are. */
export function asAppError(error: unknown): AppError | undefined {
  if (!(error instanceof CloudError)) return undefined;
  return new AppError(OUTWARD[error.code] ?? 'CLOUD_FAILED', `${error.provider}: ${error.message}`, {
    hint: error.hint,
    cause: error,
    ...(error.retryAfterMs !== undefined && { retryAfter: Math.ceil(error.retryAfterMs / 1000) }),
  });
}
