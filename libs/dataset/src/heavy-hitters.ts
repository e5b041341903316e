import type { TextCount } from './text-count';

const KEPT = 1000;
const FULL = 4 * KEPT;
const FULL_CHARACTERS = 4 * 1024 * 1024;

/** `missed` bounds how often the text may have come while it was not counted. */
interface Tally {
  count: number;
  missed: number;
}

/**
 * The most frequent texts of a stream in bounded memory: SpaceSaving (Metwally et al. 2005) that makes room for many at a
 * time. A text that makes up more than a thousandth of the stream is kept; one kept from the start is counted exactly.
 */
export class HeavyHitters {
  private tallies = new Map<string, Tally>();
  private characters = 0;
  private evicted = 0;

  constructor(counts: Iterable<TextCount>) {
    for (const { value, count } of counts) this.insert(value, { count, missed: 0 });
    this.makeRoom();
  }

  /** Counts a text and says whether it was unknown: a known one has been seen before for certain. */
  add(text: string): boolean {
    const tally = this.tallies.get(text);
    if (tally) {
      tally.count++;
      return false;
    }
    this.insert(text, { count: this.evicted + 1, missed: this.evicted });
    if (this.tallies.size >= FULL || this.characters >= FULL_CHARACTERS) this.makeRoom();
    return true;
  }

  /** The texts with how often each was seen for certain. */
  *counts(): Generator<TextCount> {
    for (const [value, { count, missed }] of this.tallies) yield { value, count: count - missed };
  }

  private insert(text: string, tally: Tally): void {
    this.tallies.set(text, tally);
    this.characters += text.length;
  }

  private makeRoom(): void {
    const sizes = Float64Array.from(this.tallies.values(), ({ count }) => count).sort();
    const kept = Math.min(KEPT, sizes.length >> 1);
    this.evicted = sizes[sizes.length - 1 - kept] ?? 0;
    for (const [text, { count }] of this.tallies) {
      if (this.tallies.size <= kept) break;
      if (count > this.evicted) continue;
      this.tallies.delete(text);
      this.characters -= text.length;
    }
  }
}
