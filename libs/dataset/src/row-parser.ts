import type { Slice } from './slices';
import { DatasetUnreadable, type Fault } from './unreadable';

/** A parsed row and where it stands: bytes `offset` (inclusive) to `end` (exclusive) of the object, beginning in `line`. */
export interface ParsedRow<T> {
  line: number;
  offset: number;
  end: number;
  value: T;
}

/** The rows that became whole with one slice; `read` is the offset up to which the object has been read. */
export interface Batch<T> {
  rows: ParsedRow<T>[];
  read: number;
}

export interface Source {
  dataset: string;
  /** The first line to read, counted from 1. */
  line: number;
  /** Bytes a row may have, its line break included. */
  maxRowBytes: number;
}

/** A parser may hold back this much of the next row to look ahead, so a row that ends in time must not count as too long. */
const LOOK_AHEAD_BYTES = 16;

/** What the parsers of all formats share: where the next row begins, and the limit of its length. */
export abstract class RowParser<T> {
  private rows: ParsedRow<T>[] = [];
  private failure: Error | undefined;
  private line: number;
  /** Where the next row begins; known from the first slice on. */
  protected offset: number | undefined;
  /** The offset behind the last byte taken in. */
  protected read = 0;

  constructor(private readonly source: Source) {
    this.line = source.line;
  }

  protected abstract parse(bytes: Buffer): Promise<void> | void;
  protected abstract finish(): Promise<void> | void;

  /** All rows in batches, one a slice. An unreadable row fails only after the rows before it, however the bytes were cut. */
  async *batches(slices: AsyncIterable<Slice>): AsyncGenerator<Batch<T>> {
    for await (const { offset, bytes } of slices) {
      this.offset ??= offset;
      this.read = offset + bytes.length;
      await this.parse(bytes);
      if (this.read - this.offset > this.source.maxRowBytes + LOOK_AHEAD_BYTES) this.failTooLong();
      yield this.drain();
      if (this.failure) throw this.failure;
    }
    await this.finish();
    yield this.drain();
    if (this.failure) throw this.failure;
  }

  /** Whether the row that is due may end before `end`; one that is too long fails the reading. */
  protected fits(end: number): boolean {
    if (end - (this.offset ?? 0) > this.source.maxRowBytes) this.failTooLong();
    return !this.failure;
  }

  /** Takes the row that ends before `end` and spans `lines` lines. */
  protected take(value: T, end: number, lines: number): void {
    this.rows.push({ line: this.line, offset: this.offset ?? 0, end, value });
    this.offset = end;
    this.line += lines;
  }

  /** Passes over the blank line that ends before `end`. */
  protected pass(end: number): void {
    this.offset = end;
    this.line++;
  }

  /** Ends the reading at the row that is due next; the first failure counts. */
  protected fail(fault: Fault): void {
    this.failure ??= new DatasetUnreadable(this.source.dataset, fault, this.line);
  }

  private failTooLong(): void {
    this.fail({
      reason: `the row that begins here is longer than ${this.source.maxRowBytes} bytes`,
      mend: 'Shorten it, or close the quoted field if one was left open',
    });
  }

  private drain(): Batch<T> {
    const { rows, read } = this;
    this.rows = [];
    return { rows, read };
  }
}
