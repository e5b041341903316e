import { AppError } from '@polycloud/contracts';
import { asAppError } from '@polycloud/cloud';
import { toAppError } from '@polycloud/http';
import { DatasetUnreadable } from '@polycloud/dataset';
import type { ClaimedProcess } from '../../dao/lease';

/** Tries of a step before the saga turns round: some eight minutes. */
const MOST_ATTEMPTS = 24;
const FIRST_PAUSE_SECONDS = 1;
/** The owner waits, so a step is tried soon after an outage; an undo, which is tried for ever, may take its time. */
const LONGEST_PAUSE_SECONDS = { forward: 30, backward: 120 };

/** A step's failure in the catalogue that clients know. */
export function failureOf(error: unknown): AppError {
  if (error instanceof DatasetUnreadable) {
    return new AppError('DATASET_UNREADABLE', error.message, { cause: error, hint: 'Correct the dataset and order again' });
  }
  return asAppError(error) ?? toAppError(error);
}

/** What is over: the client's affair (4xx), or too many tries. The rest may pass and is tried again. */
export function isFinal(failure: AppError, attempts: number): boolean {
  const passing = failure.status >= 500 || failure.code === 'REQUEST_IN_PROGRESS' || failure.code === 'RATE_LIMITED';
  return !passing || attempts + 1 >= MOST_ATTEMPTS;
}

/** Seconds until the next try: doubling, with full jitter above the half. */
export function pauseAfter({ attempts, direction }: Pick<ClaimedProcess['process'], 'attempts' | 'direction'>): number {
  const pause = Math.min(LONGEST_PAUSE_SECONDS[direction], FIRST_PAUSE_SECONDS * 2 ** attempts);
  return pause / 2 + (Math.random() * pause) / 2;
}
