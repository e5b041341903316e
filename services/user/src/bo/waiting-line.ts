import { AsyncResource } from 'node:async_hooks';
import { AppError } from '@polycloud/contracts';
import pLimit from 'p-limit';

/** Longer than this nobody in line would be answered in time. */
const MOST_WAITING = 200;

/** Lets so many at a time work; further ones wait in line. UNAVAILABLE when the line is too long. */
export class WaitingLine {
  private readonly limit: pLimit.Limit;

  constructor(atATime: number) {
    this.limit = pLimit(atATime);
  }

  /** Bound, since whoever leaves the line calls the next one in: the work would be done in the name of another request. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount < MOST_WAITING) return this.limit(AsyncResource.bind(work));
    throw new AppError('UNAVAILABLE', 'Too many attempts to get in at once', { retryAfter: 2, hint: 'Try again in a moment' });
  }
}
