import { setImmediate } from 'node:timers/promises';

import { DatasetUnreadable, profile } from '../src';
import { chunksOf, columnOf, profileOf } from './bytes';

describe('the type of a column', () => {
  it.each([
    ['integer', ['0', '+7', '-12', '007']],
    ['integer', ['9007199254740992', '-9007199254740992']],
    ['number', ['9007199254740993']],
    ['number', ['1', '2.5', '-.5', '5.', '+1e3', '1E-7']],
    ['number', ['12345678901234567890', '1']],
    ['boolean', ['true', 'FALSE', 'True']],
    ['date', ['2024-02-29', '2024-02-29T12:00', '2024-02-29 12:00:05.25Z', '2024-02-29T12:00:00+03:00', '0001-01-01']],
    ['string', ['2023-02-29']],
    ['string', ['2024-13-01', '2024-01-01T24:30', '2024-01-01X10:00', '2024-01-01T10:00:00+3', '2024-1-1']],
    ['string', ['1', 'true']],
    ['string', ['true', '2024-01-01']],
    ['string', ['1', '2.5', '2024-01-01']],
    ['string', ['1e400']],
    ['string', ['0x1F']],
    ['string', ['Infinity']],
    ['string', [' 1']],
    ['string', ['-']],
    ['string', ['.']],
    ['string', ['1e']],
    ['string', ['na']],
    ['string', ['', 'NA', 'NaN', 'null']],
  ])('is %s for %j', (type, texts) => {
    expect(columnOf(texts).type).toBe(type);
  });

  it('is looked for beyond the texts that are counted one by one', () => {
    const many = Array.from({ length: 12_000 }, (_, at) => String(at));
    expect(columnOf(many).type).toBe('integer');
    expect(columnOf([...many, '0.5']).type).toBe('number');
    expect(columnOf(['0.5', ...many]).type).toBe('number');
    expect(columnOf([...many, 'x']).type).toBe('string');
    expect(columnOf([...many, 'x'])).toMatchObject({ min: null, max: null, mean: null, stddev: null });
  });
});

describe('the numbers of a column', () => {
  it('are those of its values, nulls left out', () => {
    expect(columnOf(['2', 'NA', '4', '', '4', 'NaN', '5', 'null'])).toEqual({
      name: 'a',
      type: 'integer',
      count: 4,
      nulls: 4,
      distinct: 3,
      distinctExact: true,
      min: 2,
      max: 5,
      mean: 3.75,
      stddev: expect.closeTo(Math.sqrt(4.75 / 3), 12),
      top: [
        { value: '4', count: 2 },
        { value: '2', count: 1 },
        { value: '5', count: 1 },
      ],
    });
  });

  it('stay accurate far from zero', () => {
    const { mean, stddev } = columnOf(['1000000004', '1000000007', '1000000013', '1000000016']);
    expect([mean, stddev]).toEqual([1000000010, Math.sqrt(30)]);
  });

  it('are null where there are none: no deviation of one value, nothing at all without values', () => {
    expect(columnOf(['3'])).toMatchObject({ mean: 3, stddev: null });
    expect(columnOf(['', ''])).toMatchObject({ type: 'string', count: 0, nulls: 2, distinct: 0, min: null, top: [] });
  });

  it('know no minus zero, which JSON cannot say', () => {
    const { min, max } = columnOf(['-0', '-0.0']);
    expect([Object.is(min, 0), Object.is(max, 0)]).toEqual([true, true]);
  });

  it('tell texts apart that mean the same number', () => {
    expect(columnOf(['1', '1.0', '01']).distinct).toBe(3);
  });
});

describe('the range of dates', () => {
  it('goes by the instant, UTC where no zone is given, and keeps the text', () => {
    const texts = [
      '2024-03-01T01:00:00+03:00',
      '2024-02-29T23:00',
      '2024-03-01',
      '2024-02-29 20:30:00-0300',
      '2024-02-29T23:30:00.5Z',
    ];
    expect(columnOf(texts)).toMatchObject({ min: '2024-03-01T01:00:00+03:00', max: '2024-03-01', mean: null });
  });

  it('agrees with the calendar over leap years and centuries', () => {
    const days = ['1600-02-29', '1899-12-31', '1900-03-01', '1970-01-01', '2000-02-29', '2000-03-01', '2100-02-28', '9999-12-31'];
    for (const [at, day] of days.entries()) {
      const instant = new Date(`${day}T00:00:00Z`);
      const justBefore = new Date(instant.getTime() - 1).toISOString();
      expect(columnOf([day, justBefore])).toMatchObject({ type: 'date', min: justBefore, max: day });
      if (at > 0) expect(columnOf([day, days[at - 1]!])).toMatchObject({ min: days[at - 1], max: day });
    }
  });
});

describe('many distinct texts', () => {
  const unique = (size: number) => Array.from({ length: size }, (_, at) => `user-${at}@example.org`);

  it('are counted exactly up to 10,000', () => {
    expect(columnOf(unique(10_000))).toMatchObject({ distinct: 10_000, distinctExact: true });
  });

  it.each([10_001, 30_000, 120_000])('are estimated within 5 %% for %d', (size) => {
    for (const texts of [
      unique(size),
      Array.from({ length: size }, (_, at) => String(at)),
      Array.from({ length: size }, (_, at) => (at * 0.37).toFixed(2)),
    ]) {
      const { distinct, distinctExact } = columnOf(texts);
      expect(distinctExact).toBe(false);
      expect(Math.abs(distinct / size - 1)).toBeLessThan(0.05);
    }
  });

  it('do not hide the most frequent ones, wherever these stand', () => {
    const texts = unique(60_000).flatMap((text, at) => {
      if (at % 10 === 0) return [text, 'often'];
      return at > 30_000 && at % 20 === 1 ? [text, 'late'] : [text];
    });
    const { top } = columnOf(texts);
    expect(top[0]).toEqual({ value: 'often', count: 6000 });
    expect(top[1]).toEqual({ value: 'late', count: 1500 });
    expect(top.slice(2).map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('that are long are given up on sooner, before they fill the memory', () => {
    const long = Array.from({ length: 1000 }, (_, at) => `${at}`.padEnd(20_000, '-'));
    const { distinct, distinctExact, top } = columnOf([...long, ...long.slice(0, 1)]);
    expect(distinctExact).toBe(false);
    expect(Math.abs(distinct / 1000 - 1)).toBeLessThan(0.05);
    expect(top).toHaveLength(5);
  });
});

describe('rows', () => {
  it('that are ragged are counted, the first ten by their lines, and lack values as nulls', async () => {
    const { rows, raggedRows, columns } = await profileOf(`a,b\n1,2\n3\n4,5,6\n${'7\n'.repeat(20)}`);
    expect(rows).toBe(23);
    expect(raggedRows).toEqual({ count: 22, lines: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] });
    expect(columns.map(({ count, nulls }) => [count, nulls])).toEqual([
      [23, 0],
      [2, 21],
    ]);
  });

  it('of an empty dataset are none, and so are its columns', async () => {
    expect(await profileOf('')).toEqual({ dataset: 'sample', rows: 0, columns: [], raggedRows: { count: 0, lines: [] } });
    expect(await profileOf('', 'ndjson')).toEqual(await profileOf('\ufeff\n'));
  });

  it('may be none under a header', async () => {
    const { rows, columns } = await profileOf('a,b\n');
    expect([rows, columns.map(({ name, type, count, nulls }) => [name, type, count, nulls])]).toEqual([
      0,
      [
        ['a', 'string', 0, 0],
        ['b', 'string', 0, 0],
      ],
    ]);
  });

  it('of NDJSON have the union of their keys as columns, in order of first sight', async () => {
    const { rows, columns } = await profileOf(
      '{"b":1,"a":true}\n{"a":false,"c":{"x":[1]}}\n{"b":2.5,"c":null,"__proto__":"NA"}',
      'ndjson',
    );
    expect(rows).toBe(3);
    expect(columns.map(({ name, type, count, nulls, top }) => [name, type, count, nulls, top[0]?.value])).toEqual([
      ['b', 'number', 2, 1, '1'],
      ['a', 'boolean', 2, 1, 'false'],
      ['c', 'string', 1, 2, '{"x":[1]}'],
      ['__proto__', 'string', 0, 3, undefined],
    ]);
  });

  it('with more than 1,000 columns are refused', async () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);
    expect((await profileOf(keys(1000).join(','))).columns).toHaveLength(1000);
    await expect(profileOf(keys(1001).join(','))).rejects.toThrow('line 1: it has more than 1000 columns');
    const growing = keys(1001).map((key) => `{"${key}":1}`);
    await expect(profileOf(growing.join('\n'), 'ndjson')).rejects.toThrow('line 1001: it has more than 1000 columns');
  });
});

describe('profiling', () => {
  const text = `a,b\n${'1,2\n'.repeat(100_000)}`;

  it('reports a progress that only grows and ends with 1', async () => {
    const heard: number[] = [];
    const onProgress = (fraction: number) => heard.push(fraction);
    await profile('sample', chunksOf(text, [1000]), { format: 'csv', totalBytes: text.length, onProgress });
    expect(heard).toEqual(Array.from({ length: 100 }, (_, at) => (at + 1) / 100));
    await profile('sample', chunksOf(text), { format: 'csv', onProgress });
    expect(heard.slice(100)).toEqual([1]);
  });

  it('lets timers run in between, even when all bytes are there at once', async () => {
    let turns = 0;
    let done = false;
    const profiling = profile('sample', chunksOf(text), { format: 'csv' }).finally(() => (done = true));
    while (!done) {
      await setImmediate();
      turns++;
    }
    await profiling;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 65_536));
  });

  it('stops with the reason of its signal and closes the source', async () => {
    const controller = new AbortController();
    let closed = false;
    async function* endless() {
      try {
        for (let chunk = 0; ; chunk++) {
          if (chunk === 5) controller.abort(new Error('no longer wanted'));
          yield await Promise.resolve(Buffer.from('1,2\n'));
        }
      } finally {
        closed = true;
      }
    }
    await expect(profile('sample', endless(), { format: 'csv', signal: controller.signal })).rejects.toThrow('no longer wanted');
    expect(closed).toBe(true);
  });

  it('passes on what its source fails with', async () => {
    async function* broken() {
      yield await Promise.resolve(Buffer.from('a,b\n1,2\n'));
      throw new Error('connection reset');
    }
    await expect(profile('sample', broken(), { format: 'csv' })).rejects.toThrow('connection reset');
  });

  it('fails at a row that cannot be read', async () => {
    const failed = await profileOf('a,b\n1,2\n"3,4\n').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatasetUnreadable);
    expect((failed as DatasetUnreadable).line).toBe(3);
  });
});
