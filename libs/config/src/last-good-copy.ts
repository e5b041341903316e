import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An object as it was read, with what it is recognised by. */
export interface Copy {
  etag: string;
  text: string;
}

/** The last object that could be read and used, for the eyes of this operating system user only. Sealed values in it stay sealed. */
export class LastGoodCopy {
  private readonly file: string;

  constructor(
    private readonly folder: string,
    address: string,
  ) {
    this.file = join(folder, `${createHash('sha256').update(address).digest('hex').slice(0, 32)}.json`);
  }

  read(): Copy | undefined {
    try {
      const { etag, text } = JSON.parse(readFileSync(this.file, 'utf8')) as Partial<Copy>;
      return typeof etag === 'string' && typeof text === 'string' ? { etag, text } : undefined;
    } catch {
      return undefined; // none yet, or one that a crash has cut short: both mean that the object is read
    }
  }

  /** Keeps the copy; a disk that cannot be written is no reason not to start, so it is only told. */
  write(copy: Copy): string | undefined {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const unfinished = `${this.file}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify(copy), { mode: 0o600 });
      renameSync(unfinished, this.file);
      return undefined;
    } catch (error) {
      return `the last good copy of the settings cannot be kept in ${this.folder} (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`;
    }
  }
}
