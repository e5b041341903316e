import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lintSql } from '../src/migrator';
import { LIBRARY } from './scratch';

const OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

describe('lintSql', () => {
  it.each(['0001-create-authors.ddl.sql', '0002-create-books.ddl.sql', '0003-add-authors.dml.sql'])(
    'finds nothing in %s',
    async (name) => {
      expect(lintSql(await readFile(join(LIBRARY, name), 'utf8'))).toEqual([]);
    },
  );

  it.each([
    ["UPDATE t SET a = b->'$.c'", /-> and ->>/],
    ["UPDATE t SET a = b->>'$.c'", /-> and ->>/],
    ["DELETE FROM t WHERE 'x' MEMBER OF (b)", /MEMBER OF/],
    ['INSERT INTO t SELECT CAST(a AS JSON) FROM s', /CAST/],
    ['INSERT INTO t (a) VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a', /alias/],
    ['CREATE INDEX t_a ON t (a) INVISIBLE', /invisible/],
    ['ALTER TABLE t ADD KEY t_a ((LOWER(a)))', /functional index/],
    ['CREATE INDEX t_a ON t (b(10), (LOWER(a)))', /functional index/],
    ['ALTER TABLE t ALTER INDEX t_a IGNORED', /ignored index/],
    ['INSERT INTO t (a) VALUES (1) RETURNING a', /RETURNING/],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a INT', /IF \[NOT\] EXISTS of a column/],
    ['CREATE INDEX IF NOT EXISTS t_a ON t (a)', /IF \[NOT\] EXISTS of an index/],
    ['ALTER TABLE t ADD COLUMN a VARCHAR(9) COLLATE utf8mb4_0900_ai_ci', /utf8mb4_0900/],
    ['ALTER TABLE t ADD COLUMN a VARCHAR(9) COLLATE utf8mb4_uca1400_ai_ci', /uca1400/],
    ['ALTER TABLE t ADD COLUMN a UUID NOT NULL', /type UUID/],
    ['CREATE SEQUENCE s', /sequence/],
    ['ALTER TABLE t ADD COLUMN a BIGINT AUTO_INCREMENT', /AUTO_INCREMENT/],
    ['ALTER TABLE t ADD COLUMN a DATETIME NULL', /DATETIME\(3\)/],
    ['ALTER TABLE t ADD COLUMN a DATETIME(6) NULL', /DATETIME\(3\)/],
    ['ALTER TABLE t ADD CONSTRAINT t_a FOREIGN KEY (a) REFERENCES polycloud_user.users (id)', /leaves its schema/],
    ['ALTER TABLE t ADD CONSTRAINT t_a FOREIGN KEY (a) REFERENCES `polycloud_user`.`users` (id)', /leaves its schema/],
    ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES users (id)', /foreign key has no name/],
    ['ALTER TABLE t ADD CHECK (a > 0)', /check has no name/],
    ['ALTER TABLE t ADD UNIQUE (a)', /unique key has no name/],
    ['ALTER TABLE t ADD UNIQUE KEY (a)', /unique key has no name/],
    ['ALTER TABLE t ADD COLUMN a INT UNIQUE', /unique key has no name/],
    ['ALTER TABLE t ADD COLUMN a INT UNIQUE NOT NULL', /unique key has no name/],
    ['ALTER TABLE t ADD COLUMN a INT REFERENCES users (id)', /ignores REFERENCES/],
    ['CREATE TABLE t (a INT) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci', /ENGINE=InnoDB/],
    ['CREATE TABLE t (a INT) ENGINE=InnoDB COLLATE=utf8mb4_unicode_ci', /DEFAULT CHARSET/],
    ['CREATE TABLE t (a INT) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4', /COLLATE=/],
  ])('refuses %s', (sql, message) => {
    expect(lintSql(sql)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ["INSERT INTO t (a) VALUES ('-> RETURNING AUTO_INCREMENT; DATETIME')"],
    ['-- why: AUTO_INCREMENT -> RETURNING\nDELETE FROM t'],
    ['ALTER TABLE t ADD CONSTRAINT t_a FOREIGN KEY (a) REFERENCES users (id), ADD CONSTRAINT t_b CHECK (b > 0)'],
    ['ALTER TABLE t DROP FOREIGN KEY t_a, DROP CHECK t_b'],
    ['ALTER TABLE t ADD UNIQUE KEY t_a (a), ADD UNIQUE INDEX t_b (b)'],
    ['CREATE UNIQUE INDEX t_a ON t (a)'],
    ['CREATE INDEX t_a ON t (a(10), b)'],
    ['ALTER TABLE t ADD COLUMN uuid CHAR(36) NULL, ADD COLUMN visible INT NULL, ADD COLUMN ignored INT NULL'],
    ['ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a)'],
    ["UPDATE t SET a = UUID() WHERE b = JSON_EXTRACT(c, '$.d')"],
    [`CREATE TABLE t (uuid CHAR(36) NOT NULL, visible_at DATETIME(3) NOT NULL, PRIMARY KEY (uuid)) ${OPTIONS}`],
  ])('allows %s', (sql) => {
    expect(lintSql(sql)).toEqual([]);
  });

  it('says the line', () => {
    expect(lintSql("-- why: a test\n/* two\nlines */ UPDATE t\nSET a = b->'$.c'")).toEqual([expect.stringMatching(/^line 4: /)]);
  });
});
