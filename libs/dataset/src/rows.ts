import { CsvParser } from './csv';
import type { Format } from './format';
import { columnsOf } from './header';
import { NdjsonParser, type JsonObject } from './ndjson';
import type { RowIndex, Checkpoint } from './row-index';
import type { ParsedRow, Source } from './row-parser';
import { slices } from './slices';

/** A row as a JSON record, its number (from 0), the line it begins in (from 1) and its bytes: `offset` up to but not including `end`. */
export interface Row extends Checkpoint {
  end: number;
  /** CSV: texts, and null for a field that a short row lacks. NDJSON: the values with their JSON types. */
  fields: JsonObject;
}

/** What is known of a dataset and of the place from which it is read. */
export interface ReadOptions {
  /** The key of the dataset, for messages. */
  dataset: string;
  format: Format;
  /** Where `chunks` begin, from `RowIndex.nearest`; absent for the beginning of the object. */
  start?: Checkpoint;
  /** The header of a CSV dataset; needed when `chunks` do not begin at the beginning. Default: that of `index`. */
  columns?: string[];
  /** Learns the header and the places of rows as they are read. */
  index?: RowIndex;
  /** Bytes a row may have, its line break included. Default 1 MiB. */
  maxRowBytes?: number;
}

export const MAX_ROW_BYTES = 1024 * 1024;
const BEGINNING: Checkpoint = { row: 0, offset: 0, line: 1 };

/**
 * The rows of a dataset, one at a time, holding no more than a slice of it; ending early closes `chunks`.
 * @throws DatasetUnreadable at the first row that cannot be read, after the rows before it.
 */
export async function* readRows(chunks: AsyncIterable<Uint8Array>, options: ReadOptions): AsyncGenerator<Row> {
  const { dataset, format, start = BEGINNING, index, maxRowBytes = MAX_ROW_BYTES } = options;
  const source: Source = { dataset, line: start.line, maxRowBytes };
  const records = format === 'csv' ? csvRecords : ndjsonRecords;
  let row = start.row;
  for await (const { line, offset, end, value } of records(slices(chunks, dataset, start.offset), source, options)) {
    const place = { row: row++, line, offset, end, fields: value };
    index?.add(place);
    yield place;
  }
}

type Records = AsyncGenerator<ParsedRow<JsonObject>>;

async function* ndjsonRecords(bytes: ReturnType<typeof slices>, source: Source): Records {
  for await (const { rows } of new NdjsonParser(source).batches(bytes)) yield* rows;
}

async function* csvRecords(bytes: ReturnType<typeof slices>, source: Source, { start, index, ...options }: ReadOptions): Records {
  let columns = start?.offset ? (options.columns ?? index?.columns) : undefined;
  if (start?.offset && !columns) throw new TypeError('Reading CSV from the middle needs the columns of its header');
  for await (const { rows } of new CsvParser(source).batches(bytes)) {
    for (const row of rows) {
      if (columns) {
        yield { ...row, value: recordOf(columns, row.value) };
        continue;
      }
      columns = columnsOf(source.dataset, row);
      if (index) index.columns = columns;
    }
  }
}

/** By own properties, so that a column may be called `__proto__`. */
function recordOf(columns: string[], values: string[]): JsonObject {
  return Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]));
}
