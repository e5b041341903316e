'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { afterAll, describe, expect, it } = require('@jest/globals');
const { LogFile } = require('../log-file');
const { merge, parseLine, pretty } = require('../log-lines');

const line = (time, message, more) => JSON.stringify({ time, level: 'info', message, ...more });

describe('a line of a log', () => {
  it('is shown with its time, level, source, message and request', () => {
    const text = line('2026-01-02T03:04:05.678Z', 'order placed', { requestId: 'r-1', items: 2 });
    expect(pretty(parseLine('order', text))).toBe('03:04:05.678 info  order           order placed items=2 request=r-1');
  });

  it('of a crash stays behind the line before it', () => {
    const before = parseLine('user', line('2026-01-02T03:04:05.000Z', 'x'));
    expect(parseLine('user', '    at Object.<anonymous>', before.time)).toMatchObject({ time: before.time, fields: undefined });
  });

  it('of the database has a time too', () => {
    const { time } = parseLine('database', '2026-01-02  3:04:05 0 [Note] ready for connections');
    expect(new Date(time).getHours()).toBe(3);
  });
});

describe('several logs', () => {
  it('are told as one story, cut to its end', () => {
    const entries = [3, 1, 2].map((second) => parseLine('any', line(`2026-01-02T03:04:0${second}Z`, String(second))));
    expect(merge(entries, 2).map(({ fields }) => fields.message)).toEqual(['2', '3']);
  });
});

describe('a log file', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'logs-'));
  afterAll(() => fs.rmSync(dir, { recursive: true }));
  const file = path.join(dir, 'billing.log');

  it('gives its last wanted lines, then what is added, never half a line', async () => {
    fs.writeFileSync(file, ['a', 'b', 'c'].map((message) => `${line('2026-01-02T03:04:05Z', message)}\n`).join(''));
    const log = new LogFile(file);
    const wanted = ({ fields }) => fields.message !== 'b';
    expect((await log.last(2, wanted)).map(({ fields }) => fields.message)).toEqual(['a', 'c']);
    const added = line('2026-01-02T03:04:06Z', 'd');
    fs.appendFileSync(file, added.slice(0, 10));
    expect(log.added()).toEqual([]);
    fs.appendFileSync(file, `${added.slice(10)}\n`);
    expect(log.added().map(({ source, fields }) => [source, fields.message])).toEqual([['billing', 'd']]);
  });
});
