import fc from 'fast-check';

import type { ColumnProfile } from '../src';
import { profileOf, rowsOf } from './bytes';

const texts = fc.oneof(
  fc.constantFrom(
    '',
    'NA',
    'NaN',
    'null',
    'true',
    'False',
    '-0',
    '+3',
    '1e3',
    '.5',
    '2024-02-29',
    '2024-02-29 10:00',
    '2023-02-29',
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map(String),
  fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r\n', ' ', 'é', '漢', '😀', '-') }),
);
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.constant('NA'),
  fc.constant('2.25'),
);
const table = fc.oneof(
  fc.array(fc.tuple(texts, texts)),
  fc.array(fc.tuple(numbers, texts)),
  fc.array(fc.tuple(numbers, numbers)),
);
const chunkSizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
const lineBreak = fc.constantFrom('\n', '\r\n');

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvOf = (rows: string[][], end: string) =>
  ['a,b', ...rows.map((row) => row.map(quoted).join(','))].map((row) => row + end).join('');

/** The rules once more, each in the plainest way. */
function naiveColumn(name: string, all: string[]) {
  const values = all.filter((text) => !['', 'NA', 'NaN', 'null'].includes(text));
  const every = (pattern: RegExp) => values.length > 0 && values.every((text) => pattern.test(text));
  const isInteger = every(/^[+-]?\d+$/) && values.every((text) => Math.abs(Number(text)) <= 2 ** 53);
  const isNumber = every(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i);
  const isDate = every(/^\d{4}-\d\d-\d\d( \d\d:\d\d)?$/) && !values.includes('2023-02-29');
  const type = isInteger ? 'integer' : isNumber ? 'number' : every(/^(true|false)$/i) ? 'boolean' : isDate ? 'date' : 'string';
  const inOrder = values.map(Number).sort((a, b) => a - b);
  const mean = inOrder.reduce((sum, value) => sum + value, 0) / inOrder.length;
  const variance = inOrder.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (inOrder.length - 1);
  const top = [...new Set(values)]
    .map((value) => ({ value, count: values.filter((other) => other === value).length }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    exact: { name, type, count: values.length, nulls: all.length - values.length, distinct: top.length, top: top.slice(0, 5) },
    numeric: isInteger || isNumber ? { min: inOrder[0]! + 0, max: inOrder.at(-1)! + 0, mean, variance } : undefined,
  };
}

function expectSame(found: ColumnProfile, { exact, numeric }: ReturnType<typeof naiveColumn>) {
  expect(found).toMatchObject({ ...exact, distinctExact: true });
  if (!numeric) return expect([found.mean, found.stddev]).toEqual([null, null]);
  expect([found.min, found.max]).toEqual([numeric.min, numeric.max]);
  const scale = Math.max(1, Math.abs(numeric.min), Math.abs(numeric.max));
  expect(Math.abs(found.mean! - numeric.mean) / scale).toBeLessThan(1e-9);
  if (found.count > 1) expect(Math.abs(found.stddev! - Math.sqrt(numeric.variance)) / scale).toBeLessThan(1e-6);
}

describe('for any table', () => {
  it('the profile is what the rules say, plainly applied', async () => {
    await fc.assert(
      fc.asyncProperty(table, lineBreak, async (rows, end) => {
        const { rows: count, columns } = await profileOf(csvOf(rows, end));
        expect(count).toBe(rows.length);
        ['a', 'b'].forEach((name, at) =>
          expectSame(
            columns[at]!,
            naiveColumn(
              name,
              rows.map((row) => row[at]!),
            ),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('NDJSON gives the profile that the same texts give as CSV', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(texts, texts), { minLength: 1 }), async (rows) => {
        const ndjson = rows.map(([a, b]) => JSON.stringify({ a, b })).join('\n');
        expect(await profileOf(ndjson, 'ndjson')).toEqual(await profileOf(csvOf(rows, '\n')));
      }),
    );
  });

  it('the chunks make no difference, neither to the rows nor to the profile', async () => {
    await fc.assert(
      fc.asyncProperty(table, lineBreak, chunkSizes, async (rows, end, sizes) => {
        const csv = `\ufeff${csvOf(rows, end)}`;
        expect(await rowsOf(csv, {}, sizes)).toEqual(await rowsOf(csv));
        expect(await profileOf(csv, 'csv', sizes)).toEqual(await profileOf(csv));
      }),
    );
  });

  it('neither do they for text that is no proper CSV: it gives the same rows or the same complaint', async () => {
    const outcome = (text: string, sizes?: number[]) => rowsOf(text, {}, sizes).catch((error: Error) => error.message);
    const scrap = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', 'b,c\n') });
    await fc.assert(
      fc.asyncProperty(scrap, chunkSizes, async (text, sizes) => {
        expect(await outcome(`x,y\n${text}`, sizes)).toEqual(await outcome(`x,y\n${text}`));
      }),
      { numRuns: 500 },
    );
  });

  it('the rows are the texts that were written, and any of them is a place to read on from', async () => {
    await fc.assert(
      fc.asyncProperty(table, lineBreak, fc.nat(), async (rows, end, pick) => {
        const csv = csvOf(rows, end);
        const read = await rowsOf(csv);
        expect(read.map(({ fields }) => [fields.a, fields.b])).toEqual(rows);
        const start = read[pick % read.length];
        if (!start) return;
        expect(
          Buffer.from(csv)
            .subarray(0, start.offset)
            .toString()
            .split(/\r\n|\n/),
        ).toHaveLength(start.line);
        const rest = Buffer.from(csv).subarray(start.offset);
        expect(await rowsOf(rest, { start, columns: ['a', 'b'] })).toEqual(read.slice(start.row));
      }),
    );
  });
});
