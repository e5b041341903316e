import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError, messageOf } from './errors';
import { splitStatements } from './sql';

/** One file of db-changes. `checksum` is SHA-256 of its text with Unix line ends, in hex. */
export interface Change {
  name: string;
  kind: 'ddl' | 'dml';
  text: string;
  checksum: string;
  statements: string[];
}

const FILE_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)+\.(ddl|dml)\.sql$/;
const SNAPSHOT = 'schema.sql';
const DML = /^(INSERT|UPDATE|DELETE|REPLACE)\b/i;
const DDL = /^(CREATE|ALTER|DROP|RENAME)\b/i;

/** The changes of a folder in the order of their numbers. Throws MigrationError when a file breaks the rules of db-changes. */
export async function readChanges(folder: string): Promise<Change[]> {
  const listing = await readdir(folder).catch((cause: unknown) => {
    throw new MigrationError(`${folder}: the changes cannot be read (${messageOf(cause)}). Mend: put them there.`, { cause });
  });
  const files = listing.filter((name) => name.endsWith('.sql') && name !== SNAPSHOT).sort();
  const twins = files.find((name, index) => name.slice(0, 4) === files[index - 1]?.slice(0, 4));
  if (twins)
    throw new MigrationError(`${join(folder, twins)}: another file has the same number. Mend: give it the next free one.`);
  return Promise.all(files.map((name) => readChange(folder, name)));
}

async function readChange(folder: string, name: string): Promise<Change> {
  const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
  const change: Change = {
    name,
    kind: name.endsWith('.ddl.sql') ? 'ddl' : 'dml',
    text,
    checksum: createHash('sha256').update(text).digest('hex'),
    statements: splitStatements(text),
  };
  const problem = problemOf(change);
  if (problem) throw new MigrationError(`${join(folder, name)}: ${problem}`);
  return change;
}

function problemOf({ name, kind, text, statements }: Change): string | undefined {
  if (!FILE_NAME.test(name)) return 'the name does not follow NNNN-verb-object.ddl.sql or .dml.sql. Mend: rename it.';
  for (const header of ['why', 'undo']) {
    if (!new RegExp(`^-- ${header}: \\S`, 'm').test(text)) return `the header has no line "-- ${header}: ...". Mend: add it.`;
  }
  if (statements.length === 0) return 'it holds no statement. Mend: write one, or remove the file.';
  if (kind === 'ddl' && statements.length > 1) {
    return `it holds ${statements.length} statements, and each DDL statement commits by itself. Mend: one statement a file.`;
  }
  const misplaced = statements.find((statement) => !(kind === 'ddl' ? DDL : DML).test(statement));
  return misplaced && `"${excerpt(misplaced)}" is no ${kind.toUpperCase()}. Mend: move it to a file of its own kind.`;
}

/** The start of a statement on one line, for messages. */
export const excerpt = (statement: string): string => statement.replace(/\s+/g, ' ').slice(0, 80);
