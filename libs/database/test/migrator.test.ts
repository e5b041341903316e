import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsAdmin } from '@polycloud/test-kit';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { migrate, pendingChanges, type Migration } from '../src/migrator';
import { openScratch } from './scratch';

const NAMES = ['0001-create-authors.ddl.sql', '0002-create-books.ddl.sql', '0003-add-authors.dml.sql'];
const HEADER = '-- why: a test\n-- undo: nothing\n';

describe('migrate', () => {
  let admin: Connection;
  let migration: Migration;
  let file: (name: string) => string;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const scratch = await openScratch();
    ({ admin, close } = scratch);
    migration = { service: 'library', database: scratch.database, folder: scratch.folder };
    file = (name) => join(scratch.folder, name);
  });
  afterEach(() => close());

  const rows = async (sql: string): Promise<RowDataPacket[]> => (await admin.query<RowDataPacket[]>(sql))[0];
  const recorded = async (): Promise<string[]> =>
    (await rows('SELECT name FROM schema_changes ORDER BY name')).map(({ name }) => name);

  it('applies all files in order, once, and says so', async () => {
    const lines: string[] = [];
    const applied = await migrate(admin, { ...migration, log: (line) => lines.push(line) });
    expect(applied.map(({ name }) => name)).toEqual(NAMES);
    expect(lines).toHaveLength(3);
    expect(await rows('SELECT name FROM authors ORDER BY id')).toEqual([{ name: 'Ursula; or not' }, { name: "Terry's -- pen" }]);
    expect(await rows('SELECT name FROM schema_changes WHERE applied_at IS NULL OR duration_ms IS NULL')).toEqual([]);
    expect(await migrate(admin, migration)).toEqual([]);
  });

  it('tells what is pending without applying it', async () => {
    expect(await pendingChanges(admin, migration)).toEqual(NAMES);
    await migrate(admin, migration);
    await writeFile(file('0004-drop-books.ddl.sql'), `${HEADER}DROP TABLE books;`);
    expect(await pendingChanges(admin, migration)).toEqual(['0004-drop-books.ddl.sql']);
    expect(await recorded()).toEqual(NAMES);
  });

  it('applies each change once when several instances start together', async () => {
    const connections = await Promise.all([1, 2, 3, 4].map(() => connectAsAdmin()));
    const results = await Promise.all(connections.map((connection) => migrate(connection, migration)));
    await Promise.all(connections.map((connection) => connection.end()));
    expect(results.map((applied) => applied.length).sort()).toEqual([0, 0, 0, 3]);
  });

  it('refuses a file that was edited after it was applied, whatever its line ends', async () => {
    await migrate(admin, migration);
    const text = await readFile(file(NAMES[0]!), 'utf8');
    await writeFile(file(NAMES[0]!), text.replaceAll('\n', '\r\n'));
    expect(await migrate(admin, migration)).toEqual([]);
    await appendFile(file(NAMES[0]!), '-- afterthought\n');
    await expect(migrate(admin, migration)).rejects.toThrow(
      /0001-create-authors\.ddl\.sql: it was edited .* Mend: restore its text/,
    );
  });

  it('refuses to go on when an applied file is missing', async () => {
    await migrate(admin, migration);
    await rm(file(NAMES[2]!));
    await expect(migrate(admin, migration)).rejects.toThrow(
      /0003-add-authors\.dml\.sql: it was applied .* missing now\. Mend: restore it/,
    );
  });

  it('refuses a new file that is numbered before an applied one', async () => {
    await rename(file(NAMES[2]!), file('0005-add-authors.dml.sql'));
    await migrate(admin, migration);
    await writeFile(file('0004-drop-books.ddl.sql'), `${HEADER}DROP TABLE books;`);
    await expect(migrate(admin, migration)).rejects.toThrow(
      /0004-drop-books\.ddl\.sql: 0005-add-authors\.dml\.sql was applied before it/,
    );
    expect(await rows("SHOW TABLES LIKE 'books'")).toHaveLength(1);
  });

  it.each([
    ['0004-drop-books.ddl.sql', '-- why: a test\nDROP TABLE books;', /no line "-- undo:/],
    ['0004-drop-books.ddl.sql', '-- undo: nothing\nDROP TABLE books;', /no line "-- why:/],
    ['0004-drop-books.ddl.sql', `${HEADER}DROP TABLE books; DROP TABLE authors;`, /2 statements.* one statement a file/],
    ['0004-drop-books.dml.sql', `${HEADER}DROP TABLE books;`, /"DROP TABLE books" is no DML/],
    ['0004-drop-books.ddl.sql', HEADER, /holds no statement/],
    ['0004-books.ddl.sql', `${HEADER}DROP TABLE books;`, /name does not follow/],
    ['0003-drop-books.ddl.sql', `${HEADER}DROP TABLE books;`, /another file has the same number/],
  ])('applies nothing when %s reads %j', async (name, text, message) => {
    await writeFile(file(name), text);
    await expect(migrate(admin, migration)).rejects.toThrow(message);
    expect(await rows(`SHOW TABLES FROM ${migration.database}`)).toEqual([]);
  });

  it('says which folder holds no changes', async () => {
    const folder = join(migration.folder, 'elsewhere');
    await expect(migrate(admin, { ...migration, folder })).rejects.toThrow(/elsewhere: the changes cannot be read .*Mend:/);
  });

  it('names the file and the statement that failed, keeps none of that file, and applies it after the mend', async () => {
    const broken = file('0004-add-books.dml.sql');
    const book = (id: string, author: string): string =>
      `INSERT INTO books (id, author_id, title, labels) VALUES ('${id}', '${author}', 'Tales', '[]');\n`;
    await writeFile(broken, HEADER + book('b1', 'a1') + book('b2', 'nobody'));
    await expect(migrate(admin, migration)).rejects.toThrow(
      /0004-add-books\.dml\.sql: statement 2 of 2, "INSERT INTO books .*Mend:/,
    );
    expect(await rows('SELECT id FROM books')).toEqual([]);
    expect(await recorded()).toEqual(NAMES);
    await writeFile(broken, HEADER + book('b1', 'a1') + book('b2', 'a2'));
    expect(await migrate(admin, migration)).toHaveLength(1);
  });

  it('lets a failed DDL file be mended and applied', async () => {
    const broken = file('0004-add-shelf.ddl.sql');
    await writeFile(broken, `${HEADER}ALTER TABLE bookz ADD COLUMN shelf INT NULL;`);
    await expect(migrate(admin, migration)).rejects.toThrow(/0004-add-shelf\.ddl\.sql: statement 1 of 1/);
    await writeFile(broken, `${HEADER}ALTER TABLE books ADD COLUMN shelf INT NULL;`);
    expect(await migrate(admin, migration)).toHaveLength(1);
  });

  it.each([
    ['ALTER TABLE books ADD COLUMN shelf INT NULL'],
    ['CREATE INDEX books_pages ON books (pages)'],
    ['ALTER TABLE books ADD CONSTRAINT books_thick CHECK (pages > 1)'],
    ['ALTER TABLE books ADD CONSTRAINT books_writer FOREIGN KEY (author_id) REFERENCES authors (id)'],
    ['ALTER TABLE books DROP COLUMN pages'],
    ['DROP TABLE books'],
  ])('finishes after a migrator died between the statement and its record: %s', async (statement) => {
    await writeFile(file('0004-change-books.ddl.sql'), `${HEADER}${statement};`);
    await migrate(admin, migration);
    await admin.query("UPDATE schema_changes SET applied_at = NULL WHERE name = '0004-change-books.ddl.sql'");
    expect(await pendingChanges(admin, migration)).toEqual(['0004-change-books.ddl.sql']);
    expect(await migrate(admin, migration)).toHaveLength(1);
    expect(await pendingChanges(admin, migration)).toEqual([]);
  });
});
