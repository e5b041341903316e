import { createHash } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import type { AttemptDao } from '../dao/attempt.dao';
import { Turns } from './turns';

/** So many attempts in a window of time. */
export interface Limit {
  name: string;
  most: number;
  windowMs: number;
}

/**
 * Counts attempts for all processes together. An attempt is counted before it is carried out, so a race gains nothing. Those of
 * one subject are counted one by one: else a flood of guesses would wait for one row with all the connections there are.
 */
export class AttemptLimiter {
  private readonly turns = new Turns(1);

  constructor(private readonly attempts: AttemptDao) {}

  /** Fails RATE_LIMITED when this subject has no attempt left in the window. */
  async take(limit: Limit, subject: string): Promise<void> {
    if (await this.allows(limit, subject)) return;
    const counted = await this.attempts.find(bucketOf(limit, subject));
    throw limited(limit, counted?.expiresAt ?? new Date());
  }

  /** Counts nothing; fails RATE_LIMITED when no attempt is left. */
  async require(limit: Limit, subject: string): Promise<void> {
    const counted = await this.attempts.find(bucketOf(limit, subject));
    if (counted && counted.taken >= limit.most) throw limited(limit, counted.expiresAt);
  }

  /** Counts an attempt without an error: whether an attempt was left. */
  async allows(limit: Limit, subject: string): Promise<boolean> {
    const bucket = bucketOf(limit, subject);
    return (await this.turns.run(bucket, () => this.attempts.take(bucket, limit.windowMs))) <= limit.most;
  }

  /** Takes one attempt back. */
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

function limited({ name, most, windowMs }: Limit, expiresAt: Date): AppError {
  const seconds = Math.max(1, Math.ceil((expiresAt.getTime() - Date.now()) / 1000));
  return new AppError('RATE_LIMITED', `Too many attempts (${name})`, {
    retryAfter: seconds,
    hint: `Try again in ${seconds} s`,
    headers: { RateLimit: `"${name}";r=0;t=${seconds}`, 'RateLimit-Policy': `"${name}";q=${most};w=${windowMs / 1000}` },
  });
}
