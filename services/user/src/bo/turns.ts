import pLimit, { type Limit } from 'p-limit';

/** Lets so many at a time work on one key; further ones wait for their turn. Keys that nobody uses are forgotten. */
export class Turns {
  private readonly keys = new Map<string, { limit: Limit; users: number }>();

  constructor(private readonly atATime: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const entry = this.keys.get(key) ?? { limit: pLimit(this.atATime), users: 0 };
    this.keys.set(key, entry);
    entry.users++;
    try {
      return await entry.limit(work);
    } finally {
      if (--entry.users === 0) this.keys.delete(key);
    }
  }
}
