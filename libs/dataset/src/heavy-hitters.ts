import type { Tallies, Tally } from './tally';

const KEPT = 1000;
const FULL = 4 * KEPT;
const FULL_CHARACTERS = 4 * 1024 * 1024;

/**
 * The most frequent texts of a stream in bounded memory: SpaceSaving (Metwally et al. 2005) that makes room for many at a
 * time. A text that makes up more than a thousandth of the stream is kept; one kept from the start is counted exactly.
 */
export class HeavyHitters {
  private kept: Map<string, Tally>;
  private characters = 0;
  /** What the most frequent of the evicted had: a text that comes (again) may have come that often. */
  private evicted = 0;

  constructor(counted: Tallies) {
    this.kept = this.mostOf(counted);
  }

  get tallies(): Tallies {
    return this.kept;
  }

  /** Counts a text and says whether it was unknown: a known one has been seen before for certain. */
  add(text: string): boolean {
    const tally = this.kept.get(text);
    if (tally) {
      tally.count++;
      return false;
    }
    this.kept.set(text, { count: this.evicted + 1, missed: this.evicted });
    this.characters += text.length;
    if (this.kept.size >= FULL || this.characters >= FULL_CHARACTERS) this.kept = this.mostOf(this.kept);
    return true;
  }

  /** The thousand most frequent; the half of them where few fill the memory. */
  private mostOf(tallies: Tallies): Map<string, Tally> {
    const counts = Float64Array.from(tallies.values(), ({ count }) => count).sort();
    const size = Math.min(KEPT, counts.length >> 1);
    this.evicted = counts[counts.length - size - 1] ?? 0;
    let roomForTies = size - (counts.length - 1 - counts.lastIndexOf(this.evicted));
    const most = new Map<string, Tally>();
    tallies.forEach((tally, text) => {
      if (tally.count > this.evicted || (tally.count === this.evicted && roomForTies-- > 0)) most.set(text, tally);
    });
    this.characters = 0;
    for (const text of most.keys()) this.characters += text.length;
    return most;
  }
}
