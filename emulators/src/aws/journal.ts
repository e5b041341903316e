import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from './durable-file';

const COMPACT_AFTER_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

/** What the journal keeps: records that build it up again, and the reader of such records. */
export interface Journaled<Entry> {
  apply(entry: Entry): void;
  /** Records that lead an empty state to the present one. */
  snapshot(): Iterable<Entry>;
}

interface OpenLog {
  file: FileHandle;
  bytes: number;
  /** Size right after the last compaction. */
  snapshotBytes: number;
  compactAfter: number;
}

interface Waiter {
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * An append-only log of atomic groups of records. What is appended is applied at once and is durable when the promise resolves;
 * appends that arrive during one fsync share the next. Each line carries a checksum, so a torn tail is cut off at the start.
 */
export class Journal<Entry> {
  private lines: string[] = [];
  private waiters: Waiter[] = [];
  private writing: Promise<void> | undefined;
  private failure?: Error;

  private constructor(
    private readonly path: string,
    private readonly state: Journaled<Entry>,
    private readonly log: OpenLog,
  ) {}

  /**
   * Replays the file into `state` and opens it for appending; a missing file is an empty one.
   * @param compactAfter bytes of growth since the last compaction after which a snapshot may replace the log
   */
  static async open<Entry>(path: string, state: Journaled<Entry>, compactAfter = COMPACT_AFTER_BYTES): Promise<Journal<Entry>> {
    const length = replay(await readFile(path).catch(emptyWhenMissing), state);
    const file = await open(path, 'a');
    await file.truncate(length);
    await file.sync();
    await syncDirectory(dirname(path));
    return new Journal(path, state, { file, bytes: length, snapshotBytes: 0, compactAfter });
  }

  /** Applies the records together and resolves when they are on the disk. Rejects when the disk refuses, then for ever. */
  append(entries: Entry[]): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    if (entries.length === 0) return Promise.resolve();
    // Written down first: applying hands the records to a state that goes on changing them.
    this.lines.push(line(entries));
    for (const entry of entries) this.state.apply(entry);
    return this.flushed();
  }

  /** Resolves when all that was appended before is durable. */
  async close(): Promise<void> {
    if (this.lines.length > 0 && !this.failure) await this.flushed();
    await this.writing;
    await this.log.file.close();
  }

  private flushed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      this.writing ??= this.drain();
    });
  }

  private async drain(): Promise<void> {
    // One turn of the event loop lets requests that arrived together share the first fsync as well.
    await new Promise(setImmediate);
    while (this.waiters.length > 0) {
      const waiters = this.waiters;
      this.waiters = [];
      try {
        await this.writePending();
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        this.failure = error as Error;
        for (const waiter of [...waiters, ...this.waiters.splice(0)]) waiter.reject(error);
      }
    }
    this.writing = undefined;
  }

  private async writePending(): Promise<void> {
    const text = this.lines.join('');
    this.lines = [];
    if (this.log.bytes > this.log.compactAfter + 2 * this.log.snapshotBytes) return this.compact();
    const { bytesWritten } = await this.log.file.write(text);
    if (bytesWritten !== Buffer.byteLength(text)) throw new Error('The journal was not written completely');
    await this.log.file.datasync();
    this.log.bytes += bytesWritten;
  }

  /** The state already holds what was pending, so its snapshot stands for the old file and the pending lines together. */
  private async compact(): Promise<void> {
    const lines = [...this.state.snapshot()].map((entry) => line([entry]));
    const file = await open(`${this.path}.new`, 'w');
    for (let start = 0; start < lines.length; start += 1000) await file.appendFile(lines.slice(start, start + 1000).join(''));
    await file.sync();
    await rename(`${this.path}.new`, this.path);
    await syncDirectory(dirname(this.path));
    await this.log.file.close();
    const { size } = await file.stat();
    Object.assign(this.log, { file, bytes: size, snapshotBytes: size });
  }
}

function line(entries: unknown[]): string {
  const json = JSON.stringify(entries);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

/** @returns the length of the sound part */
function replay<Entry>(content: Buffer, state: Journaled<Entry>): number {
  let start = 0;
  for (let end = content.indexOf(NEWLINE); end >= 0; end = content.indexOf(NEWLINE, start)) {
    const json = content.subarray(start + 9, end);
    if (crc32(json) !== parseInt(content.toString('latin1', start, start + 8), 16)) break;
    for (const entry of JSON.parse(json.toString()) as Entry[]) state.apply(entry);
    start = end + 1;
  }
  return start;
}

function emptyWhenMissing(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}
