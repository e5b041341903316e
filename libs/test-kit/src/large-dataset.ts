import { readFileSync } from 'node:fs';

const ROW_BYTES = 100;
const ROWS_AT_ONCE = 10_000;

/** A CSV with the columns `n` and `text`, made as it is read: LARGE_DATASET_MIB=1024 makes it a gigabyte. */
export class LargeDataset {
  readonly mebibytes = Number(process.env.LARGE_DATASET_MIB ?? 48);
  readonly rowBytes = ROW_BYTES;
  readonly rows = Math.floor((this.mebibytes * 1024 * 1024) / ROW_BYTES);

  /** Bytes in all. */
  get size(): number {
    return 'n,text\n'.length + this.rows * ROW_BYTES;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('n,text\n');
    for (let from = 0; from < this.rows; from += ROWS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, this.rows - from) }, (_, at) => rowOf(from + at));
      yield await Promise.resolve(Buffer.from(rows.join('')));
    }
  }
}

const rowOf = (row: number) => `${row},`.padEnd(ROW_BYTES - 1, 'x') + '\n';

/** The most memory that a process of this machine has held so far, MiB. */
export function peakMiB(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
