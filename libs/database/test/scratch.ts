import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsAdmin } from '@polycloud/test-kit';
import type { Connection } from 'mysql2/promise';

export const LIBRARY = join(__dirname, 'fixtures/library');

/** An empty schema, a copy of the fixture changes to spoil, and a connection; all gone after `close`. */
export async function openScratch(): Promise<{
  admin: Connection;
  database: string;
  folder: string;
  close: () => Promise<void>;
}> {
  const admin = await connectAsAdmin();
  const folder = await mkdtemp(join(tmpdir(), 'changes-'));
  await cp(LIBRARY, folder, { recursive: true });
  const database = `scratch_${folder.slice(-6).toLowerCase()}_${process.hrtime.bigint()}`;
  await admin.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci', [database]);
  const close = async (): Promise<void> => {
    await admin.query('DROP DATABASE IF EXISTS ??', [database]);
    await admin.end();
    await rm(folder, { recursive: true });
  };
  return { admin, database, folder, close };
}
