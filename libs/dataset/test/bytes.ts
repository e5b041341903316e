import { profile, readRows, type Format, type Profile, type ReadOptions, type Row } from '../src';

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

/** A profile of a column with these fields; none may hold a delimiter, a quote or a line break. */
export async function columnOf(...texts: string[]) {
  const { columns } = await profileOf(['a,b', ...texts.map((text) => `${text},x`)].join('\n'));
  return columns[0]!;
}
