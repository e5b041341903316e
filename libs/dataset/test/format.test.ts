import { DatasetUnreadable, formatOf } from '../src';

describe('formatOf', () => {
  it.each([
    ['trips.csv', undefined, 'csv'],
    ['2024/TRIPS.CSV', 'application/octet-stream', 'csv'],
    ['events.ndjson', 'text/plain', 'ndjson'],
    ['events.jsonl', undefined, 'ndjson'],
    ['export', 'text/csv; charset=utf-8', 'csv'],
    ['export', 'Application/X-NDJSON', 'ndjson'],
    ['constructor', 'application/jsonl', 'ndjson'],
  ] as const)('takes %s with the content type %s for %s', (key, contentType, format) => {
    expect(formatOf(key, contentType)).toBe(format);
  });

  it.each(['photo.png', 'csv/export', 'archive.csv.gz', 'constructor', ''])('refuses "%s" and says what is accepted', (key) => {
    expect(() => formatOf(key, 'image/png')).toThrow(DatasetUnreadable);
    expect(() => formatOf(key, 'image/png')).toThrow(`Dataset "${key}": `);
    expect(() => formatOf(key, 'image/png')).toThrow(/\.csv, \.ndjson, \.jsonl .*text\/csv/);
  });
});
