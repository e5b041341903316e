import { booleanOf, integerOf, numberOf } from './classify';
import { instantOf } from './instant';

/** The types a column can have, the narrowest first. */
export type ColumnType = 'integer' | 'number' | 'boolean' | 'date' | 'string';
type Measured = Exclude<ColumnType, 'string'>;

/** What a text is worth as a value of each type; NaN where it is none. */
const READ: Record<Measured, (text: string) => number> = {
  integer: integerOf,
  number: numberOf,
  boolean: booleanOf,
  date: instantOf,
};
const NEXT: Record<Measured, ColumnType> = { integer: 'number', number: 'boolean', boolean: 'date', date: 'string' };
/** Once values have been seen: only a number fits all that a narrower type fits. */
const WIDER: Record<Measured, ColumnType> = { integer: 'number', number: 'string', boolean: 'string', date: 'string' };

/** The narrowest type that fits all texts seen, and the range, mean and deviation of their values, in one pass (Welford). */
export class ValueStatistics {
  private candidate: ColumnType = 'integer';
  private count = 0;
  private min = Infinity;
  private max = -Infinity;
  private minText = '';
  private maxText = '';
  private average = 0;
  private squares = 0;

  /** @param times how often the text stands in the column. */
  add(text: string, times: number): void {
    while (this.candidate !== 'string') {
      const value = READ[this.candidate](text);
      if (!Number.isNaN(value)) return this.measure(text, value, times);
      this.candidate = (this.count > 0 ? WIDER : NEXT)[this.candidate];
    }
  }

  /** A column without values is one of strings. */
  get type(): ColumnType {
    return this.count > 0 ? this.candidate : 'string';
  }

  /** Smallest and largest: numbers as numbers, dates as the texts that stand there, null for other types. */
  get range(): { min: number | string | null; max: number | string | null } {
    if (this.isNumeric) return { min: this.min, max: this.max };
    if (this.type === 'date') return { min: this.minText, max: this.maxText };
    return { min: null, max: null };
  }

  /** Mean and sample deviation; null where there is none, or none that a double can hold. */
  get moments(): { mean: number | null; stddev: number | null } {
    if (!this.isNumeric) return { mean: null, stddev: null };
    const stddev = this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : null;
    return { mean: finite(this.average), stddev: finite(stddev) };
  }

  private get isNumeric(): boolean {
    return this.type === 'integer' || this.type === 'number';
  }

  private measure(text: string, value: number, times: number): void {
    this.count += times;
    const distance = value - this.average;
    this.average += (distance * times) / this.count;
    this.squares += distance * (value - this.average) * times;
    if (value < this.min) {
      // No minus zero: JSON knows none.
      this.min = value + 0;
      this.minText = text;
    }
    if (value > this.max) {
      this.max = value + 0;
      this.maxText = text;
    }
  }
}

const finite = (value: number | null) => (Number.isFinite(value) ? value : null);
