import { HeavyHitters } from './heavy-hitters';
import { HyperLogLog } from './hyperloglog';
import type { TextCount } from './text-count';

const EXACT_TEXTS = 10_000;
/** Long texts fill the memory before there are many of them. */
const EXACT_CHARACTERS = 8 * 1024 * 1024;

/** Counts each distinct text by itself: exact, for as long as they are few. */
export class ExactTexts {
  readonly exact = true;
  private readonly tallies = new Map<string, { count: number }>();
  private characters = 0;

  add(text: string): void {
    const tally = this.tallies.get(text);
    if (tally) {
      tally.count++;
      return;
    }
    this.tallies.set(text, { count: 1 });
    this.characters += text.length;
  }

  get distinct(): number {
    return this.tallies.size;
  }

  get isFull(): boolean {
    return this.tallies.size > EXACT_TEXTS || this.characters > EXACT_CHARACTERS;
  }

  *counts(): Generator<TextCount> {
    for (const [value, { count }] of this.tallies) yield { value, count };
  }
}

/** Goes on where there are too many, in memory of a fixed size: the number of texts as an estimate, and the most frequent ones. */
export class SketchedTexts {
  readonly exact = false;
  readonly isFull = false;
  private readonly cardinality = new HyperLogLog();
  private readonly heavyHitters: HeavyHitters;

  constructor(counted: ExactTexts) {
    for (const { value } of counted.counts()) this.cardinality.add(value);
    this.heavyHitters = new HeavyHitters(counted.counts());
  }

  add(text: string): void {
    const isNew = this.heavyHitters.add(text);
    if (isNew) this.cardinality.add(text);
  }

  get distinct(): number {
    return this.cardinality.estimate();
  }

  counts(): Iterable<TextCount> {
    return this.heavyHitters.counts();
  }
}
