/** Rows that are of no use after some time. */
interface Perishable {
  /** Removes what ended before then. */
  removeExpired(before: Date): Promise<void>;
}

/** Ended sessions and counters are kept for a day, to be looked at. */
const KEPT_MS = 24 * 3600_000;

/** Removes what has run out; several processes may do so at once. */
export class RetentionBo {
  constructor(private readonly perishables: Perishable[]) {}

  async sweep(now = Date.now()): Promise<void> {
    for (const perishable of this.perishables) await perishable.removeExpired(new Date(now - KEPT_MS));
  }
}
