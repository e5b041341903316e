import { keyDefect } from './object-key';

/** The part of a bucket that is a user's: the one place where his keys become whole keys and back. */
export class UserFolder {
  /** With its slash; empty when the user has the whole bucket. */
  private readonly prefix: string;

  /** `users/42` and `users/42/` mean the same folder. */
  constructor(prefix = '') {
    this.prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  }

  /** The whole key of a key, or of a listing prefix, that has been found without defect. */
  whole(key: string): string {
    return this.prefix + key;
  }

  /**
   * The items under the user's names for them, without folder markers and names that not every cloud can address: all that
   * is listed can be read.
   */
  own<T extends { key: string }>(items: readonly T[]): T[] {
    const own = items.filter(({ key }) => key.startsWith(this.prefix));
    const named = own.map((item) => ({ ...item, key: item.key.slice(this.prefix.length) }));
    return named.filter(({ key }) => keyDefect(key) === undefined);
  }
}
