import { profile, readRows, type ColumnProfile, type Format, type Profile, type ReadOptions, type Row } from '../src';
import { ColumnProfiler } from '../src/column';

/** The bytes of a text in chunks of the given sizes, over and over; one chunk by default. */
export async function* chunksOf(text: string | Buffer, sizes: number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

export async function rowsOf(text: string | Buffer, options: Partial<ReadOptions> = {}, sizes?: number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(chunksOf(text, sizes), { dataset: 'sample', format: 'csv', ...options })) rows.push(row);
  return rows;
}

export const profileOf = (text: string | Buffer, format: Format = 'csv', sizes?: number[]): Promise<Profile> =>
  profile('sample', chunksOf(text, sizes), { format });

/** The profile of a column with these fields. */
export function columnOf(texts: string[]): ColumnProfile {
  const column = new ColumnProfiler('a');
  for (const text of texts) column.add(text);
  return column.result(texts.length);
}
