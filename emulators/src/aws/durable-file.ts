import { randomUUID } from 'node:crypto';
import { open, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes names that were created, renamed or removed in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Makes the bytes of a file survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Writes a synced file with a name of its own into `scratch`; gives its path. */
export async function writeScratch(content: string, scratch: string): Promise<string> {
  const path = join(scratch, randomUUID());
  await writeFile(path, content, { flush: true });
  return path;
}

/** Replaces a file as a whole: a reader and a restart see the old content or the new, never a part. */
export async function replaceFile(path: string, content: string, scratch: string): Promise<void> {
  await rename(await writeScratch(content, scratch), path);
  await syncDirectory(dirname(path));
}
