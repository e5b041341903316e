import { errorNumberOf } from './transaction';

/** Most items of one transaction. */
const MOST = 64;
/** Transactions under way at a time: while one waits for the disk, the next one is filled. */
const LANES = 2;

interface Waiting<T> {
  item: T;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Writes what arrives together: items that come while transactions are under way wait and share the next one, so that under load
 * many share the round trips and the flush of one commit, and a lone one waits for nobody. Each is answered after the commit that
 * holds it. When the server refuses a transaction, its items are written one by one, so that none fails for another's fault.
 */
export class GroupCommit<T> {
  private readonly waiting: Waiting<T>[] = [];
  private underWay = 0;

  /** @param write writes all the items in one transaction, or none. */
  constructor(private readonly write: (items: T[]) => Promise<void>) {}

  /** Resolves once the item is durable; rejects as `write` does for this item alone. */
  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      this.next();
    });
  }

  private next(): void {
    if (this.underWay >= LANES || this.waiting.length === 0) return;
    this.underWay++;
    void this.commit(this.waiting.splice(0, MOST)).finally(() => {
      this.underWay--;
      this.next();
    });
  }

  private async commit(group: Waiting<T>[]): Promise<void> {
    try {
      await this.write(group.map(({ item }) => item));
      for (const { done } of group) done();
    } catch (error) {
      // Without an answer of the server it is not known whether it has committed: a second try could store twice.
      const refused = errorNumberOf(error) !== undefined;
      if (group.length > 1 && refused) for (const one of group) await this.commit([one]);
      else for (const { failed } of group) failed(error);
    }
  }
}
