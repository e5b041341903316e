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

/** Replaces a file as a whole: a reader and a restart see the old content or the new, never a part. */
export async function replaceFile(path: string, content: string, scratch: string): Promise<void> {
  const temporary = join(scratch, randomUUID());
  await writeFile(temporary, content, { flush: true });
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}
