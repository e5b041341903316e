import { invalid } from './api-error';
import type { Json } from './charge-request';

/** What goes wrong after a request was carried out: chances from 0 to 1, drawn from a seed so that a run can be repeated. */
export class Faults {
  private state = 1;
  private answerLost = 0;
  private errorAfter = 0;
  private slowMs = 0;

  /** Replaces all faults; what is not named is off. */
  set(faults: Json): void {
    const number = (name: string, highest: number) => {
      const value = faults[name] ?? 0;
      if (typeof value !== 'number' || !(value >= 0 && value <= highest)) throw invalid(`${name} must be 0 to ${highest}`);
      return value;
    };
    const [seed, answerLost, errorAfter, slowMs] = [
      ...[number('seed', 2 ** 32 - 1), number('answerLost', 1)],
      ...[number('errorAfter', 1), number('slowMs', 60_000)],
    ] as [number, number, number, number];
    Object.assign(this, { state: seed, answerLost, errorAfter, slowMs });
  }

  /** The pause before an answer, in milliseconds. */
  get pauseMs(): number {
    return this.slowMs;
  }

  /** Draws what happens to the next answer. */
  draw(): 'lost' | 'error' | 'given' {
    const chance = this.random();
    if (chance < this.answerLost) return 'lost';
    return chance < this.answerLost + this.errorAfter ? 'error' : 'given';
  }

  /** Mulberry32. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
