import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { applyChange } from './apply';
import { readChanges, type Change } from './change';
import { MigrationError } from './errors';
import { ChangeRecord, type AppliedChange } from './record';
import { quoteName } from './sql';

/** What to bring up to date: the schema `database` of `service`, with the files in `folder`; `log` takes one line a change. */
export interface Migration {
  service: string;
  database: string;
  folder: string;
  log?: (line: string) => void;
}

/** A change that this call applied. */
export interface Applied {
  name: string;
  durationMs: number;
}

// Longer than any change should take: an instance that starts beside others waits for the one that migrates.
const LOCK_TIMEOUT_S = 600;
// A table that a forgotten transaction holds fails the change instead of blocking every query behind it.
const TABLE_WAIT_S = 60;

/**
 * Applies the changes that the schema has not seen, in order, and returns them. Safe to run at many places at once: one works, the others wait
 * and find nothing left to do. Uses the connection's current schema and session. Throws MigrationError for a file that was edited, removed or
 * put before applied ones, and for a statement that fails; what was applied before it stays applied.
 */
export async function migrate(admin: Connection, migration: Migration): Promise<Applied[]> {
  const changes = await readChanges(migration.folder);
  return withLock(admin, migration, async () => {
    await admin.query(`USE ${quoteName(migration.database)}`);
    await admin.query('SET SESSION lock_wait_timeout = ?', [TABLE_WAIT_S]);
    const record = new ChangeRecord(admin, migration.database);
    await record.create();
    const seen = await record.list();
    refuseHistoryThatDiffers(migration, changes, seen);
    const applied: Applied[] = [];
    for (const change of changes) {
      const begun = seen.find(({ name }) => name === change.name);
      if (begun?.appliedAt) continue;
      const durationMs = await applyChange(
        { admin, record, file: join(migration.folder, change.name) },
        change,
        begun !== undefined,
      );
      migration.log?.(`${migration.service}: ${change.name} applied in ${durationMs} ms`);
      applied.push({ name: change.name, durationMs });
    }
    return applied;
  });
}

/** The names of the changes that `migrate` would apply now. Throws as it does for files that differ from what was applied. */
export async function pendingChanges(connection: Connection, migration: Migration): Promise<string[]> {
  const changes = await readChanges(migration.folder);
  const record = new ChangeRecord(connection, migration.database);
  const seen = (await record.exists(migration.database)) ? await record.list() : [];
  refuseHistoryThatDiffers(migration, changes, seen);
  return changes
    .filter((change) => !seen.some(({ name, appliedAt }) => name === change.name && appliedAt))
    .map(({ name }) => name);
}

async function withLock<T>(admin: Connection, { service, database }: Migration, work: () => Promise<T>): Promise<T> {
  const lock = `migrate:${database}`;
  const [[row]] = await admin.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS held', [lock, LOCK_TIMEOUT_S]);
  if (row?.held !== 1) {
    throw new MigrationError(
      `${service}: another migration of ${database} has not ended in ${LOCK_TIMEOUT_S} s. Mend: look at it with SHOW PROCESSLIST.`,
    );
  }
  try {
    return await work();
  } finally {
    // A connection that broke has released it already, and its own error is the one to report.
    await admin.query('DO RELEASE_LOCK(?)', [lock]).catch(() => undefined);
  }
}

function refuseHistoryThatDiffers({ folder, database }: Migration, changes: Change[], seen: AppliedChange[]): void {
  for (const { name, checksum } of seen) {
    const change = changes.find((candidate) => candidate.name === name);
    const file = join(folder, name);
    if (!change) {
      throw new MigrationError(
        `${file}: it was applied to ${database} and is missing now. Mend: restore it; to take back its effect, add a new change.`,
      );
    }
    if (change.checksum !== checksum) {
      throw new MigrationError(
        `${file}: it was edited after it was applied to ${database}. Mend: restore its text and put what is new in a new change.`,
      );
    }
  }
  const last = seen.at(-1)?.name ?? '';
  const late = changes.find(({ name }) => name < last && !seen.some((applied) => applied.name === name));
  if (late)
    throw new MigrationError(`${join(folder, late.name)}: ${last} was applied before it. Mend: give it a number after that one.`);
}
