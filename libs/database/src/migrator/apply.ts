import type { Connection } from 'mysql2/promise';
import { excerpt, type Change } from './change';
import { MigrationError, messageOf } from './errors';
import type { ChangeRecord } from './record';

/** Where a change is applied, and the path of its file for messages. */
interface Target {
  admin: Connection;
  record: ChangeRecord;
  file: string;
}

// What a server says of a DDL statement that has taken effect already: the table, column, key, foreign key or check is there, or is gone.
const ALREADY_DONE = new Set([1050, 1051, 1060, 1061, 1091, 1826, 3822]);
// MariaDB says it of a foreign key in other words: "cannot create table", with the storage engine's number for a duplicate inside.
const CANNOT_CREATE_TABLE = 1005;
const DUPLICATE_INSIDE = 'errno: 121';

/** Applies one change and records it; returns how long it took, in milliseconds. `begun`: an earlier try was cut off before it was recorded. */
export function applyChange(target: Target, change: Change, begun: boolean): Promise<number> {
  return change.kind === 'ddl' ? applyDdl(target, change, begun) : applyDml(target, change);
}

/**
 * A DDL statement commits by itself, so it cannot share a transaction with its record. It is recorded as begun before, and as done after.
 * Cut off in between, it took effect wholly or not at all: it runs again, and the refusal that it is done already completes the record.
 */
async function applyDdl({ admin, record, file }: Target, change: Change, begun: boolean): Promise<number> {
  const elapsed = stopwatch();
  if (!begun) await record.begin(change);
  try {
    await runStatements(admin, change, file);
  } catch (error) {
    if (!begun || !isAlreadyDone(error)) {
      await record.forget(change);
      throw error;
    }
  }
  const durationMs = elapsed();
  await record.finish(change, durationMs);
  return durationMs;
}

async function applyDml({ admin, record, file }: Target, change: Change): Promise<number> {
  const elapsed = stopwatch();
  await admin.beginTransaction();
  try {
    await record.begin(change);
    await runStatements(admin, change, file);
    const durationMs = elapsed();
    await record.finish(change, durationMs);
    await admin.commit();
    return durationMs;
  } catch (error) {
    await admin.rollback();
    throw error;
  }
}

async function runStatements(admin: Connection, { statements }: Change, file: string): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    try {
      await admin.query(statement);
    } catch (cause) {
      const place = `${file}: statement ${index + 1} of ${statements.length}, "${excerpt(statement)}", failed`;
      throw new MigrationError(`${place}: ${messageOf(cause)}. Mend: correct the file, it was not applied; then migrate again.`, {
        cause,
      });
    }
  }
}

function isAlreadyDone(error: unknown): boolean {
  const cause = error instanceof MigrationError ? error.cause : undefined;
  if (!(cause instanceof Error && 'errno' in cause)) return false;
  return (
    ALREADY_DONE.has(Number(cause.errno)) || (cause.errno === CANNOT_CREATE_TABLE && cause.message.includes(DUPLICATE_INSIDE))
  );
}

function stopwatch(): () => number {
  const started = performance.now();
  return () => Math.round(performance.now() - started);
}
