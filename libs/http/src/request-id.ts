import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** Randomness is fetched for so many ids at a time: asking the system costs more than all else of an id. */
const pool = new Uint8Array(256 * 16);
let used = pool.length;

/** The caller's own request id when it is 1 to 128 characters of `A-Za-z0-9._-`, otherwise a new UUID v7. */
export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && ACCEPTED.test(header) ? header : v7({ rng: sixteenBytes });

/** A new id: UUID v7, sortable by time. */
export const newId = (): string => v7();

function sixteenBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.subarray(used, (used += 16));
}
