import { RowParser } from './row-parser';

/** A line of NDJSON. */
export type JsonObject = Record<string, unknown>;

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

/** NDJSON: one JSON object a line; blank lines are passed over. */
export class NdjsonParser extends RowParser<JsonObject> {
  /** The beginning of a line whose end has not come yet. */
  private held: Buffer[] = [];

  protected parse(bytes: Buffer): void {
    const base = this.read - bytes.length;
    let from = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, from)) {
      this.takeLine(bytes.subarray(from, feed), base + feed + 1);
      from = feed + 1;
    }
    if (from < bytes.length) this.held.push(bytes.subarray(from));
  }

  protected finish(): void {
    if (this.held.length > 0) this.takeLine(NOTHING, this.read);
  }

  private takeLine(tail: Buffer, end: number): void {
    if (!this.fits(end)) return;
    // Decoded only when whole, so that no character is cut in two.
    const text = this.held.length > 0 ? Buffer.concat([...this.held, tail]).toString() : tail.toString();
    this.held = [];
    if (text.trim() === '') return this.pass(end);
    const value = objectIn(text);
    if (value) this.take(value, end, 1);
    else this.fail({ reason: 'the line is not a JSON object', mend: 'Write each row as one JSON object on one line' });
  }
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
