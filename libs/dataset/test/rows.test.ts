import { DatasetUnreadable, readRows, RowIndex } from '../src';
import { chunksOf, rowsOf } from './bytes';

const CSV = '\ufeffname,note\r\nÅsa,"two\r\nlines"\r\n\r\nBo,"say ""hi"", ok"\nCe,\n';

describe('readRows of CSV', () => {
  it('gives fields as texts with the line each row begins in', async () => {
    const rows = await rowsOf(CSV);
    expect(rows.map(({ row, line, fields }) => ({ row, line, fields }))).toEqual([
      { row: 0, line: 2, fields: { name: 'Åsa', note: 'two\r\nlines' } },
      { row: 1, line: 5, fields: { name: 'Bo', note: 'say "hi", ok' } },
      { row: 2, line: 6, fields: { name: 'Ce', note: '' } },
    ]);
  });

  it('gives the bytes of each row, the byte order mark and blank lines counted', async () => {
    const bytes = Buffer.from(CSV);
    const texts = (await rowsOf(CSV)).map(({ offset, end }) => bytes.subarray(offset, end).toString());
    expect(texts).toEqual(['Åsa,"two\r\nlines"\r\n', 'Bo,"say ""hi"", ok"\n', 'Ce,\n']);
  });

  it('gives the same rows whatever the chunks', async () => {
    const whole = await rowsOf(CSV);
    for (let size = 1; size < 20; size++) expect(await rowsOf(CSV, {}, [size])).toEqual(whole);
  });

  it('reads on from any row as if it had begun at the beginning', async () => {
    const rows = await rowsOf(CSV);
    for (const start of rows) {
      const rest = Buffer.from(CSV).subarray(start.offset);
      expect(await rowsOf(rest, { start, columns: ['name', 'note'] })).toEqual(rows.slice(start.row));
    }
  });

  it('refuses to begin in the middle without the columns', async () => {
    await expect(rowsOf('1,2\n', { start: { row: 7, offset: 99, line: 8 } })).rejects.toThrow(TypeError);
  });

  it('fills the fields a short row lacks with null and leaves out those too many', async () => {
    const rows = await rowsOf('a,b\n1\n1,2,3\n');
    expect(rows.map(({ fields }) => fields)).toEqual([
      { a: '1', b: null },
      { a: '1', b: '2' },
    ]);
  });

  it('tells a quoted empty field from a blank line, also at the very end', async () => {
    expect((await rowsOf('a\n\n""\n\r\n""')).map(({ line }) => line)).toEqual([3, 5]);
    expect((await rowsOf('a\n""\n\r\n')).map(({ line }) => line)).toEqual([2]);
  });

  it('takes the line breaks of Unix, Windows and old Macs side by side', async () => {
    const rows = await rowsOf('a,b\r1,2\n3,4\r\n5,6');
    expect(rows.map(({ line, fields }) => [line, fields.a, fields.b])).toEqual([
      [2, '1', '2'],
      [3, '3', '4'],
      [4, '5', '6'],
    ]);
  });

  it('keeps a column that is called __proto__', async () => {
    const [row] = await rowsOf('__proto__,b\nx,y\n');
    expect(Object.entries(row!.fields)).toEqual([
      ['__proto__', 'x'],
      ['b', 'y'],
    ]);
  });

  it.each(['', '\ufeff', '\n\r\n', 'a,b', 'a,b\n'])('gives no rows for %j', async (text) => {
    expect(await rowsOf(text)).toEqual([]);
  });
});

describe('readRows of NDJSON', () => {
  const NDJSON = '\ufeff{"a":1,"b":"ü"}\r\n\n{"a":null,"c":[true]}';

  it('keeps the JSON types and gives line and bytes of each row', async () => {
    const rows = await rowsOf(NDJSON, { format: 'ndjson' });
    const bytes = Buffer.from(NDJSON);
    expect(rows.map(({ line, fields }) => ({ line, fields }))).toEqual([
      { line: 1, fields: { a: 1, b: 'ü' } },
      { line: 3, fields: { a: null, c: [true] } },
    ]);
    expect(rows.map(({ offset, end }) => bytes.subarray(offset, end).toString())).toEqual([
      '{"a":1,"b":"ü"}\r\n',
      '{"a":null,"c":[true]}',
    ]);
    for (let size = 1; size < 12; size++) expect(await rowsOf(NDJSON, { format: 'ndjson' }, [size])).toEqual(rows);
  });

  it.each(['{"a":1', '[1]', '7', 'null', 'a,b'])('refuses the line %s by its number, after the rows before it', async (line) => {
    const seen: unknown[] = [];
    const reading = (async () => {
      const rows = readRows(chunksOf(`{"a":0}\n\n${line}\n`), { dataset: 'x.ndjson', format: 'ndjson' });
      for await (const { fields } of rows) seen.push(fields);
    })();
    await expect(reading).rejects.toThrow('Dataset "x.ndjson", line 3: the line is not a JSON object. Write each row as');
    expect(seen).toEqual([{ a: 0 }]);
  });
});

describe('what cannot be read', () => {
  const failure = async (text: string | Buffer, sizes?: number[], format: 'csv' | 'ndjson' = 'csv') => {
    const failed = await rowsOf(text, { maxRowBytes: 40, format }, sizes).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatasetUnreadable);
    return failed as DatasetUnreadable;
  };

  it.each([
    ['a quote that is never closed', 'a,b\n1,2\n"3,4\n5,6\n', 3, 'never closed'],
    ['text behind a closing quote', 'a,b\n1,"2"x\n', 2, 'goes on after its closing quote'],
    ['a quote inside a bare field', 'a,b\n"1\n",2\n3,4"\n', 4, 'does not begin with one'],
    ['a row over the limit', `a,b\n1,2\n3,${'x'.repeat(40)}\n`, 3, 'longer than 40 bytes'],
    ['a row of delimiters alone over the limit', `a,b\n${','.repeat(60)}\n`, 2, 'longer than 40 bytes'],
    ['a column without a name', '\na,\n1,2\n', 2, 'column 2 has no name'],
    ['a column name that comes twice', 'a,b,a\n', 1, 'the column name "a" comes twice'],
  ])('%s fails with its line, whatever the chunks', async (_, text, line, reason) => {
    for (const sizes of [undefined, [1], [7], [3, 5]]) {
      const error = await failure(text, sizes);
      expect(error.line).toBe(line);
      expect(error.message).toContain(`Dataset "sample", line ${line}: `);
      expect(error.message).toContain(reason);
    }
  });

  it('allows a row of exactly the limit and refuses one byte more, whatever the chunks', async () => {
    const row = (bytes: number) => `${'x'.repeat(bytes - 3)},y\n`;
    for (const sizes of [undefined, [1], [41]]) {
      expect(await rowsOf(`a,b\n${row(40)}${row(40)}`, { maxRowBytes: 40 }, sizes)).toHaveLength(2);
      expect((await failure(`a,b\n${row(40)}${row(41)}`, sizes)).line).toBe(3);
      expect((await failure(`{}\n{"a":"${'x'.repeat(40)}"}`, sizes, 'ndjson')).line).toBe(2);
    }
  });

  it.each([
    ['gzip', [0x1f, 0x8b, 0x08, 0x00]],
    ['ZIP', [0x50, 0x4b, 0x03, 0x04, 0x14]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ])('an object that is %s is refused as a whole', async (what, bytes) => {
    const error = await failure(Buffer.from(bytes), [1]);
    expect(error.message).toContain(what);
    expect(error.line).toBeUndefined();
  });
});

describe('ending early', () => {
  it('closes the source of the chunks', async () => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('a,b\n1,2\n3,4\n'));
      } finally {
        closed = true;
      }
    }
    for await (const row of readRows(source(), { dataset: 'sample', format: 'csv', index: new RowIndex() })) {
      if (row.row === 1) break;
    }
    expect(closed).toBe(true);
  });
});
