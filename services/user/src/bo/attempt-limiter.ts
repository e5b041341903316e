import { createHash } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import type { AttemptDao } from '../dao/attempt.dao';

/** So many attempts in a window of time. */
export interface Limit {
  name: string;
  most: number;
  windowMs: number;
}

/** Counts attempts for all processes together. An attempt is counted before it is carried out, so a race gains nothing. */
export class AttemptLimiter {
  constructor(private readonly attempts: AttemptDao) {}

  /** Fails RATE_LIMITED when this subject has no attempt left in the window. */
  async take(limit: Limit, subject: string): Promise<void> {
    const { taken, expiresAt } = await this.attempts.take(bucketOf(limit, subject), limit.windowMs);
    if (taken > limit.most) throw limited(limit, Math.max(1, Math.ceil((expiresAt.getTime() - Date.now()) / 1000)));
  }

  /** The same without an error: whether an attempt was left. */
  async allows(limit: Limit, subject: string): Promise<boolean> {
    return (await this.attempts.take(bucketOf(limit, subject), limit.windowMs)).taken <= limit.most;
  }

  /** A success does not count against the subject. */
  async giveBack(limit: Limit, subject: string): Promise<void> {
    await this.attempts.giveBack(bucketOf(limit, subject));
  }

  /** Begins anew for these subjects. */
  async clear(subjects: [Limit, string][]): Promise<void> {
    await this.attempts.clear(subjects.map(([limit, subject]) => bucketOf(limit, subject)));
  }
}

/** Addresses and numbers are hashed: the table tells nobody who tried to log in. */
const bucketOf = ({ name }: Limit, subject: string) => `${name}:${createHash('sha256').update(subject).digest('base64url')}`;

const limited = ({ name, most, windowMs }: Limit, seconds: number) =>
  new AppError('RATE_LIMITED', `Too many attempts (${name})`, {
    retryAfter: seconds,
    hint: `Try again in ${seconds} s`,
    headers: { RateLimit: `"${name}";r=0;t=${seconds}`, 'RateLimit-Policy': `"${name}";q=${most};w=${windowMs / 1000}` },
  });
