import { ColumnProfiler } from './column';
import { columnsOf } from './header';
import type { JsonObject } from './ndjson';
import type { ParsedRow } from './row-parser';
import { DatasetUnreadable } from './unreadable';

const MAX_COLUMNS = 1000;
const RAGGED_LINES = 10;

/** Rows whose number of fields is not that of the header: how many, and the lines of the first ten. */
export interface RaggedRows {
  count: number;
  lines: number[];
}

/** Gathers the columns of a dataset while its rows pass by. */
export interface Table<T> {
  readonly rows: number;
  readonly columns: Iterable<ColumnProfiler>;
  readonly raggedRows: RaggedRows;
  add(row: ParsedRow<T>): void;
}

/** CSV: the first row names the columns; a field too many is left out, a missing one is a null. */
export class CsvTable implements Table<string[]> {
  rows = 0;
  readonly raggedRows: RaggedRows = { count: 0, lines: [] };
  private header: ColumnProfiler[] | undefined;

  constructor(private readonly dataset: string) {}

  get columns(): ColumnProfiler[] {
    return this.header ?? [];
  }

  add(row: ParsedRow<string[]>): void {
    if (!this.header) {
      this.header = this.readHeader(row);
      return;
    }
    this.rows++;
    const { header } = this;
    const { value: fields, line } = row;
    if (fields.length !== header.length) this.noteRagged(line);
    const filled = Math.min(fields.length, header.length);
    for (let at = 0; at < filled; at++) header[at]!.add(fields[at]!);
  }

  private readHeader(row: ParsedRow<string[]>): ColumnProfiler[] {
    const names = columnsOf(this.dataset, row);
    if (names.length > MAX_COLUMNS) throw tooManyColumns(this.dataset, row.line);
    return names.map((name) => new ColumnProfiler(name));
  }

  private noteRagged(line: number): void {
    this.raggedRows.count++;
    if (this.raggedRows.lines.length < RAGGED_LINES) this.raggedRows.lines.push(line);
  }
}

/** NDJSON: each key is a column from the row on that first has it. */
export class NdjsonTable implements Table<JsonObject> {
  rows = 0;
  readonly raggedRows: RaggedRows = { count: 0, lines: [] };
  private readonly byKey = new Map<string, ColumnProfiler>();

  constructor(private readonly dataset: string) {}

  get columns(): Iterable<ColumnProfiler> {
    return this.byKey.values();
  }

  add({ value: fields, line }: ParsedRow<JsonObject>): void {
    this.rows++;
    for (const key of Object.keys(fields)) {
      const column = this.byKey.get(key) ?? this.newColumn(key, line);
      const value = fields[key];
      column.add(typeof value === 'string' ? value : JSON.stringify(value));
    }
  }

  private newColumn(key: string, line: number): ColumnProfiler {
    if (this.byKey.size === MAX_COLUMNS) throw tooManyColumns(this.dataset, line);
    const column = new ColumnProfiler(key);
    this.byKey.set(key, column);
    return column;
  }
}

function tooManyColumns(dataset: string, line: number): DatasetUnreadable {
  const reason = `it has more than ${MAX_COLUMNS} columns`;
  return new DatasetUnreadable(dataset, { reason, mend: 'Split it, or turn columns into rows' }, line);
}
