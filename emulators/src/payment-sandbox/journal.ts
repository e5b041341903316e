import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An append-only file of JSON lines. Lines that wait at the same time share one fsync. */
export class Journal<Line> {
  private buffer = '';
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  private constructor(private readonly file: FileHandle) {}

  /** Opens or creates the file and hands every whole line of it to `replay`, oldest first. */
  static async open<Line>(path: string, replay: (line: Line) => void): Promise<Journal<Line>> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    await syncFolder(dirname(path));
    const content = await file.readFile();
    // A process killed while writing leaves a torn last line. Nobody was told of it, so it never happened.
    const whole = content.subarray(0, content.lastIndexOf(0x0a) + 1);
    if (whole.length < content.length) await file.truncate(whole.length);
    for (const line of whole.toString('utf8').split('\n')) if (line) replay(JSON.parse(line) as Line);
    return new Journal<Line>(file);
  }

  append(line: Line): void {
    this.buffer += `${JSON.stringify(line)}\n`;
  }

  /** Resolves once every line appended so far is on the disk. A disk that failed once is not trusted again. */
  durable(): Promise<void> {
    if (this.buffer) this.next ??= this.current.then(() => this.flush());
    return this.next ?? this.current;
  }

  async close(): Promise<void> {
    await this.durable();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const lines = this.buffer;
    this.buffer = '';
    if (this.next) this.current = this.next;
    this.next = undefined;
    await this.file.appendFile(lines);
    await this.file.datasync();
  }
}

/** A new file survives a power cut only when its folder is synced too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}
