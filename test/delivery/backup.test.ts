import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { connectAsAdmin, testDatabase, type TestDatabase } from '@polycloud/test-kit';
import type { Connection } from 'mysql2/promise';

const { dump } = jest.requireActual<{
  dump: (connection: Connection, options: { schemas: string[]; file: string }) => Promise<{ tables: number; rows: number }>;
}>('../../bin/backup/dump');
const { load } = jest.requireActual<{
  load: (connection: Connection, options: { file: string; replace?: boolean }) => Promise<string[]>;
}>('../../bin/backup/load');

describe('a backup', () => {
  let folder: string;
  let database: TestDatabase;
  let admin: Connection;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backup-'));
    database = await testDatabase('order');
    admin = await connectAsAdmin();
  });
  afterEach(async () => {
    await admin.end();
    await database.close();
    await rm(folder, { recursive: true });
  });

  const file = () => join(folder, 'backup.sql.gz');
  const backUp = () => dump(admin, { schemas: [database.database], file: file() });
  const restore = () => load(admin, { file: file(), replace: true });

  it('brings back every kind of value as it was, and the schema with it', async () => {
    await database.adminQuery(
      `CREATE TABLE samples (id INT PRIMARY KEY, words TEXT, bytes VARBINARY(300), at DATETIME(3), price DECIMAL(20,8),
       big BIGINT UNSIGNED, doc JSON, doubled INT AS (id * 2) STORED) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    const words = 'سلام 👋 \'quoted\' "so" \\ back\nnew line\r\t\0 nul; -- no comment';
    const insert = 'INSERT INTO samples (id, words, bytes, at, price, big, doc) VALUES (?, ?, ?, ?, ?, ?, ?)';
    const json = JSON.stringify({ deep: [1, { text: 'ß\\n"' }] });
    await database.adminQuery(insert, [
      1,
      words,
      bytes,
      '2026-11-21 04:05:06.789',
      '12345678901.23456789',
      '18446744073709551615',
      json,
    ]);
    await database.adminQuery(insert, [2, null, null, null, null, null, null]);
    await database.adminQuery(insert, [3, '', Buffer.alloc(0), '1970-01-01 00:00:00.001', '-0.00000001', '0', '[]']);
    const look = () =>
      database.adminQuery('SELECT *, HEX(words), HEX(bytes), CAST(at AS CHAR), CAST(price AS CHAR) FROM samples');
    const tables = () =>
      database.adminQuery('SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?', [database.database]);
    const before = [await look(), await tables()];
    await backUp();
    await admin.query('DROP DATABASE ??', [database.database]);
    await restore();
    await database.adminQuery('USE ??', [database.database]);
    expect([await look(), await tables()]).toEqual(before);
  });

  it('holds all that was acknowledged before it began, whole transactions only, while others write on', async () => {
    await database.adminQuery('CREATE TABLE pairs (id INT PRIMARY KEY, half INT NOT NULL) ENGINE=InnoDB');
    let acknowledged = 0;
    let writing = true;
    const writer = (async () => {
      const connection = await connectAsAdmin();
      await connection.query('USE ??', [database.database]);
      while (writing) {
        await connection.beginTransaction();
        for (const half of [0, 1]) await connection.query('INSERT INTO pairs VALUES (?, ?)', [acknowledged * 2 + half, half]);
        await connection.commit();
        acknowledged += 1;
      }
      await connection.end();
    })();
    while (acknowledged < 50) await new Promise((resolve) => setImmediate(resolve));
    const before = acknowledged;
    await backUp();
    writing = false;
    await writer;
    await restore();
    await database.adminQuery('USE ??', [database.database]);
    const [found] = await database.adminQuery<{ zeros: string; ones: string; most: number }>(
      'SELECT SUM(half = 0) AS zeros, SUM(half = 1) AS ones, MAX(id) AS most FROM pairs',
    );
    expect(Number(found?.zeros)).toBeGreaterThanOrEqual(before);
    expect(found?.ones).toEqual(found?.zeros);
    expect(Number(found?.most)).toBe(2 * Number(found?.zeros) - 1);
  });

  it('takes large tables in several statements', async () => {
    await database.adminQuery('CREATE TABLE large (id INT PRIMARY KEY, words MEDIUMTEXT) ENGINE=InnoDB');
    for (let id = 0; id < 20; id++) await database.adminQuery('INSERT INTO large VALUES (?, ?)', [id, `${id}`.repeat(60_000)]);
    const sum = 'SELECT COUNT(*) AS n, SUM(CRC32(words)) AS crc FROM large';
    const before = await database.adminQuery(sum);
    await backUp();
    await restore();
    await database.adminQuery('USE ??', [database.database]);
    expect(await database.adminQuery(sum)).toEqual(before);
  });

  it('that is cut short, or none at all, changes nothing', async () => {
    await backUp();
    const { length } = await readFile(file());
    await truncate(file(), length - 20);
    await expect(restore()).rejects.toThrow(/cannot be read|not complete/);
    await writeFile(file(), gzipSync('-- Polycloud, a, 2026\nCREATE DATABASE a;\n'));
    await expect(restore()).rejects.toThrow('is not complete');
    await writeFile(file(), gzipSync('DROP DATABASE everything;\n'));
    await expect(restore()).rejects.toThrow('is no backup of Polycloud');
    expect(await database.adminQuery('SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: 0 }]);
  });

  it('does not replace what is there unless told to', async () => {
    await backUp();
    await expect(load(admin, { file: file() })).rejects.toThrow(`There already is ${database.database}`);
  });
});
