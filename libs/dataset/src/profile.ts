import type { ColumnProfile } from './column';
import { CsvParser } from './csv';
import type { Format } from './format';
import { NdjsonParser } from './ndjson';
import type { RowParser } from './row-parser';
import { MAX_ROW_BYTES } from './rows';
import { slices } from './slices';
import { CsvTable, NdjsonTable, type RaggedRows, type Table } from './table';

/** What a dataset is like, by columns in the order of the header or, in NDJSON, of first sight. */
export interface Profile {
  dataset: string;
  rows: number;
  columns: ColumnProfile[];
  raggedRows: RaggedRows;
}

/** How a dataset is profiled. */
export interface ProfileOptions {
  format: Format;
  /** The size of the object in bytes; without it the progress is unknown until the end. */
  totalBytes?: number;
  /** Hears the fraction that has been read, 0 to 1, at most once for each hundredth; 1 when done. */
  onProgress?: (fraction: number) => void;
  /** Ends the work with its reason before the next slice; give it to the source of the chunks as well. */
  signal?: AbortSignal;
  /** Bytes a row may have, its line break included. Default 1 MiB. */
  maxRowBytes?: number;
}

/**
 * Profiles a dataset as it streams by. Memory does not grow with the dataset, and timers run in between.
 * @throws DatasetUnreadable at a row that cannot be read, at a header with a name that is empty or comes twice, at more
 * than 1,000 columns; the reason of the signal when aborted.
 */
export function profile(dataset: string, chunks: AsyncIterable<Uint8Array>, options: ProfileOptions): Promise<Profile> {
  const source = { dataset, line: 1, maxRowBytes: options.maxRowBytes ?? MAX_ROW_BYTES };
  return options.format === 'csv'
    ? fill(new CsvTable(dataset), new CsvParser(source), chunks)
    : fill(new NdjsonTable(dataset), new NdjsonParser(source), chunks);

  async function fill<T>(table: Table<T>, parser: RowParser<T>, chunks: AsyncIterable<Uint8Array>): Promise<Profile> {
    const report = progressOf(options);
    options.signal?.throwIfAborted();
    for await (const { rows, read } of parser.batches(slices(chunks, dataset, 0))) {
      for (const row of rows) table.add(row);
      report(read);
      options.signal?.throwIfAborted();
    }
    options.onProgress?.(1);
    const columns = Array.from(table.columns, (column) => column.result(table.rows));
    return { dataset, rows: table.rows, columns, raggedRows: table.raggedRows };
  }
}

/** Takes the bytes read and passes on each new hundredth before the last. */
function progressOf({ totalBytes, onProgress }: ProfileOptions): (read: number) => void {
  let reported = 0;
  return (read) => {
    if (!totalBytes || !onProgress) return;
    const hundredths = Math.floor((read / totalBytes) * 100);
    if (hundredths <= reported || hundredths >= 100) return;
    reported = hundredths;
    onProgress(hundredths / 100);
  };
}
