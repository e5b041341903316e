import type { Connection, RowDataPacket } from 'mysql2/promise';
import { RECORD_TABLE } from './record';
import { quoteName } from './sql';

const HEADER =
  '-- The schema after all changes. Written by `npm run db:check -- --write`; never applied, only compared and reviewed.\n';

/** What MariaDB and MySQL print differently for the same table, brought to one form. */
const NORMALISATIONS: [RegExp, string][] = [
  [/ AUTO_INCREMENT=\d+/g, ''],
  [
    /longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin((?: NOT NULL)?(?: DEFAULT NULL)?(?: COMMENT '(?:[^']|'')*')?) CHECK \(json_valid\(`\w+`\)\)/g,
    'json$1',
  ],
  [/\b((?:small|medium|big)?int|tinyint(?!\(1\)))\(\d+\)/g, '$1'],
  [/\bcurrent_timestamp\b/gi, 'CURRENT_TIMESTAMP'],
  [/CURRENT_TIMESTAMP\(\)/g, 'CURRENT_TIMESTAMP'],
  [/ DEFAULT '(-?\d+(?:\.\d+)?)'(?=,?$)/gm, ' DEFAULT $1'],
  [/ CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci/g, ''],
  [/ COLLATE utf8mb4_unicode_ci/g, ''],
];

/** Canonical text of all tables of a schema, by name; the migrator's own record is left out. */
export async function snapshot(admin: Connection, database: string): Promise<string> {
  const [tables] = await admin.query<RowDataPacket[]>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> ? ORDER BY TABLE_NAME`,
    [database, RECORD_TABLE],
  );
  const statements: string[] = [];
  for (const { name } of tables as { name: string }[]) {
    const [[row]] = await admin.query<RowDataPacket[]>(`SHOW CREATE TABLE ${quoteName(database)}.${quoteName(name)}`);
    statements.push(`${normalise(String(row?.['Create Table']))};\n`);
  }
  return [HEADER, ...statements].join('\n');
}

const normalise = (statement: string): string =>
  NORMALISATIONS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), statement);
