import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { WaitingLine } from './waiting-line';

/** Algorithm (argon2id is the library's default) and cost: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;
/** A hash of today's cost that no password is known to have; to make one of a password would cost each start as much as a login. */
const STRANGER = `$argon2id$v=19${CURRENT}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Passwords hashed at a time by one process. One core is left for everything else, and of the four threads that Node has for
 * work aside, two are left for files and names of hosts. More machines or processes hash more.
 */
export const HASHES_AT_A_TIME = Math.min(2, Math.max(1, availableParallelism() - 1));

/** Argon2id with bounded concurrency, so that a burst of logins waits in line instead of starving other requests. */
export class PasswordHasher {
  private readonly line = new WaitingLine(HASHES_AT_A_TIME);

  async hash(password: string): Promise<string> {
    return this.line.run(() => hash(password.normalize('NFC'), COST));
  }

  /** Without a hash the same work is done and the answer is no: an unknown address takes as long as a wrong password. */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const right = await this.line.run(() => verify(stored ?? STRANGER, password.normalize('NFC')));
    return right && stored !== undefined;
  }

  /** Whether the hash was made at another cost than today's. */
  isOutdated(stored: string): boolean {
    return !stored.includes(CURRENT);
  }
}
