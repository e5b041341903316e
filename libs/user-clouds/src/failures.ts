import { asAppError, CloudError } from '@polycloud/cloud';
import { AppError } from '@polycloud/contracts';

/** Seconds for which a cloud that keeps failing is left alone. */
export const REST_SECONDS = 5;

/** What says that the cloud itself is slow or down; a wrong key or missing right says nothing of the kind. */
const OUTAGES = new Set<string>(['Timeout', 'Unavailable']);

export const isOutage = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'UPSTREAM_TIMEOUT' || isCloudError(error.cause, OUTAGES));

/** Whether the cloud refused the login, so that the connection may have been replaced meanwhile. */
export const isLoginRefused = (error: unknown): boolean =>
  error instanceof AppError && isCloudError(error.cause, new Set(['Unauthenticated', 'PermissionDenied']));

const isCloudError = (error: unknown, codes: ReadonlySet<string>) => error instanceof CloudError && codes.has(error.code);

/** A failure while the cloud was worked with, in the catalogue that clients know. `late` when the request's time was up. */
export function asFailure(error: unknown, provider: string, late: boolean): unknown {
  if (!late || !(error instanceof CloudError)) return asAppError(error) ?? error;
  return new AppError('UPSTREAM_TIMEOUT', `${provider}: your cloud did not finish within the time of this request`, {
    cause: error,
    retryAfter: 1,
    hint: 'Ask for less at once, or try again',
  });
}

export const resting = (provider: string) =>
  new AppError('CLOUD_FAILED', `${provider}: your cloud has not answered several times in a row and is left alone for a moment`, {
    retryAfter: REST_SECONDS,
    hint: `Try again in ${REST_SECONDS} seconds; if it goes on, see the state of your cloud`,
  });

export const busy = (provider: string, calls: number) =>
  new AppError('UNAVAILABLE', `${provider}: ${calls} calls to your cloud are under way already`, {
    retryAfter: 1,
    hint: 'Wait for some of them to end',
  });

export const unusable = (provider: string, cause: unknown) =>
  new AppError('CLOUD_FAILED', cause instanceof CloudError ? cause.message : `The ${provider} cloud cannot be opened`, {
    cause,
    hint: 'Register your cloud again with PUT /user/cloud',
  });
