import { isNull } from './classify';
import { ExactTexts, SketchedTexts } from './distinct-texts';
import { mostFrequent, type Tallies, type TextCount } from './tally';
import { ValueStatistics, type ColumnType } from './value-statistics';

/** What the values of one column are like. */
export interface ColumnProfile {
  name: string;
  /** The narrowest type that fits every value. */
  type: ColumnType;
  /** Values, nulls not counted. */
  count: number;
  /** Fields that are empty, `NaN`, `null` or `NA`, and those that a row lacks. */
  nulls: number;
  /** Distinct texts of values; an estimate within 5 % unless `distinctExact`. */
  distinct: number;
  distinctExact: boolean;
  /** Numbers for columns of numbers, texts for dates, else null. */
  min: number | string | null;
  max: number | string | null;
  /** Null but for numbers. */
  mean: number | null;
  /** Of a sample; null but for two or more numbers. */
  stddev: number | null;
  /** The five most frequent texts; without `distinctExact` the counts are what was seen for certain. */
  top: TextCount[];
}

const TOP = 5;

/** Profiles a column in bounded memory. */
export class ColumnProfiler {
  private count = 0;
  private texts: ExactTexts | SketchedTexts = new ExactTexts();
  private statistics = new ValueStatistics();

  constructor(private readonly name: string) {}

  add(text: string): void {
    if (isNull(text)) return;
    this.count++;
    this.texts.add(text);
    // As long as each text is counted by itself, it is enough to look once at what it is worth: at the end.
    if (!this.texts.exact) this.statistics.add(text, 1);
    else if (this.texts.isFull) this.sketch(this.texts.tallies);
  }

  /** @param rows of the dataset; those without a value in this column are its nulls. */
  result(rows: number): ColumnProfile {
    const { name, count, texts } = this;
    const statistics = texts.exact ? statisticsOf(texts.tallies) : this.statistics;
    return {
      name,
      type: statistics.type,
      count,
      nulls: rows - count,
      distinct: texts.distinct,
      distinctExact: texts.exact,
      ...statistics.range,
      ...statistics.moments,
      top: mostFrequent(texts.tallies, TOP),
    };
  }

  private sketch(counted: Tallies): void {
    this.statistics = statisticsOf(counted);
    this.texts = new SketchedTexts(counted);
  }
}

function statisticsOf(tallies: Tallies): ValueStatistics {
  const statistics = new ValueStatistics();
  tallies.forEach(({ count }, text) => statistics.add(text, count));
  return statistics;
}
