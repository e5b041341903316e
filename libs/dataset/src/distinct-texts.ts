import { HeavyHitters } from './heavy-hitters';
import { HyperLogLog } from './hyperloglog';
import type { Tallies, Tally } from './tally';

const EXACT_TEXTS = 10_000;
/** Long texts fill the memory before there are many of them. */
const EXACT_CHARACTERS = 8 * 1024 * 1024;

/** Counts each distinct text by itself: exact, for as long as they are few. */
export class ExactTexts {
  readonly exact = true;
  private readonly counted = new Map<string, Tally>();
  private characters = 0;

  add(text: string): void {
    const tally = this.counted.get(text);
    if (tally) {
      tally.count++;
      return;
    }
    this.counted.set(text, { count: 1, missed: 0 });
    this.characters += text.length;
  }

  get distinct(): number {
    return this.counted.size;
  }

  get tallies(): Tallies {
    return this.counted;
  }

  get isFull(): boolean {
    return this.counted.size > EXACT_TEXTS || this.characters > EXACT_CHARACTERS;
  }
}

/** Goes on where there are too many, in memory of a fixed size: the number of texts as an estimate, and the most frequent ones. */
export class SketchedTexts {
  readonly exact = false;
  private readonly cardinality = new HyperLogLog();
  private readonly heavyHitters: HeavyHitters;

  constructor(counted: Tallies) {
    for (const text of counted.keys()) this.cardinality.add(text);
    this.heavyHitters = new HeavyHitters(counted);
  }

  add(text: string): void {
    const isNew = this.heavyHitters.add(text);
    if (isNew) this.cardinality.add(text);
  }

  get distinct(): number {
    return this.cardinality.estimate();
  }

  get tallies(): Tallies {
    return this.heavyHitters.tallies;
  }
}
