import { Parser, type CsvError } from 'csv-parse';

import { RowParser, type Source } from './row-parser';

const QUOTE = 0x22;

const FAULTS: Record<string, { reason: string; mend: string }> = {
  CSV_QUOTE_NOT_CLOSED: {
    reason: 'a quoted field of the row that begins here is never closed',
    mend: 'Close it with a quote; a quote inside a quoted field is written twice',
  },
  CSV_INVALID_CLOSING_QUOTE: {
    reason: 'a quoted field of the row that begins here goes on after its closing quote',
    mend: 'Write a quote inside a quoted field twice',
  },
  INVALID_OPENING_QUOTE: {
    reason: 'a quote stands inside a field that does not begin with one',
    mend: 'Quote the whole field and write the quote inside it twice',
  },
};

/** Gives each record away together with the offset behind it, which the parser's own callback computes far more dearly. */
class RecordParser extends Parser {
  constructor(private readonly onRecord: (record: string[], end: number) => void) {
    super({ relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
  }

  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    this.onRecord(record, this.info.bytes);
    return true;
  }
}

/** CSV after RFC 4180 with a comma as delimiter and any line break; blank lines are passed over. */
export class CsvParser extends RowParser<string[]> {
  private readonly parser = new RecordParser((record, end) => this.takeRecord(record, end));
  /** Where the parser began; it counts its bytes from there. */
  private base: number | undefined;
  private linesBefore = 0;
  private lastByte: number | undefined;

  constructor(source: Source) {
    super(source);
    this.parser.on('error', (error: CsvError) =>
      this.fail(FAULTS[error.code] ?? { reason: error.message, mend: 'Mend the row' }),
    );
  }

  protected async parse(bytes: Buffer): Promise<void> {
    this.base ??= this.read - bytes.length;
    this.lastByte = bytes.at(-1);
    await new Promise((resolve) => this.parser.write(bytes, resolve));
  }

  protected async finish(): Promise<void> {
    await new Promise((resolve) => this.parser.end(resolve));
  }

  private takeRecord(record: string[], endInParser: number): void {
    const end = (this.base ?? 0) + endInParser;
    if (!this.fits(end)) return;
    // The parser's count of lines takes a CRLF inside quotes for two: it only tells that there is something to count.
    const spansLines = this.parser.info.lines - this.linesBefore > 1;
    this.linesBefore = this.parser.info.lines;
    if (this.isBlank(record, end)) this.pass(end);
    else this.take(record, end, spansLines ? 1 + lineBreaksIn(record) : 1);
  }

  /** A row of nothing but its line break; `""` is a row with one empty field, also where it ends the dataset without a break. */
  private isBlank(record: string[], end: number): boolean {
    if (record.length !== 1 || record[0] !== '') return false;
    return end - (this.offset ?? 0) <= '\r\n'.length && !(end === this.read && this.lastByte === QUOTE);
  }
}

function lineBreaksIn(record: string[]): number {
  return record.reduce((sum, field) => sum + field.split(/\r\n|\n|\r/).length - 1, 0);
}
