import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '@polycloud/contracts';
import pLimit from 'p-limit';

/** Algorithm (argon2id is the library's default) and cost: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;
const MOST_WAITING = 200;

/**
 * Argon2id with bounded concurrency: one core is left for everything else, so a burst of logins waits in line instead of
 * starving other requests. UNAVAILABLE when the line is too long to be answered in time.
 */
export class PasswordHasher {
  private readonly limit = pLimit(Math.max(1, availableParallelism() - 1));
  private readonly stranger = this.hash('nobody has this password');

  async hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password.normalize('NFC'), COST));
  }

  /** Without a hash the same work is done and the answer is no: an unknown address takes as long as a wrong password. */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const against = stored ?? (await this.stranger);
    const right = await this.inTurn(() => verify(against, password.normalize('NFC')));
    return right && stored !== undefined;
  }

  /** Whether the hash was made at another cost than today's. */
  isOutdated(stored: string): boolean {
    return !stored.includes(CURRENT);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MOST_WAITING) {
      throw new AppError('UNAVAILABLE', 'Too many logins at once', { retryAfter: 2, hint: 'Try again in a moment' });
    }
    return this.limit(work);
  }
}
