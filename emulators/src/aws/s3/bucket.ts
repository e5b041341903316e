import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory, syncFile, writeScratch } from '../durable-file';
import { checkPreconditions, type Preconditions } from './preconditions';
import type { NewObject, ObjectRecord } from './object-record';
import { Serial } from './serial';
import { SortedKeys } from './sorted-keys';

/**
 * The objects of one bucket. The bytes of an object lie in a file of their own name; a JSON file beside them, named after the
 * hash of the key, says which. Replacing that JSON is the one step that makes a new object be there.
 */
export class Bucket {
  readonly objects = new Map<string, ObjectRecord>();
  readonly keys = new SortedKeys();
  private readonly serial = new Serial();

  constructor(
    readonly name: string,
    readonly createdAt: number,
    private readonly directory: string,
    readonly scratch: string,
  ) {}

  /** Reads the records and removes bytes that no record names: what a crash left of an unfinished write. */
  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const files = (await readdir(this.directory, { recursive: true })).filter((path) => path.includes('/'));
    for (const path of files.filter((name) => name.endsWith('.json'))) {
      this.remember(JSON.parse(await readFile(join(this.directory, path), 'utf8')) as ObjectRecord);
    }
    const used = new Set([...this.objects.values()].map(({ file }) => file));
    const orphans = files.filter((path) => !path.endsWith('.json') && !used.has(basename(path)));
    await Promise.all(orphans.map((path) => rm(join(this.directory, path))));
  }

  /** Makes the bytes in `scratchFile`, synced or not, the object, unless a precondition fails. */
  put(object: NewObject, scratchFile: string, preconditions: Preconditions): Promise<ObjectRecord> {
    return this.serial.run(object.key, async () => {
      const previous = this.objects.get(object.key);
      checkPreconditions(preconditions, previous);
      const sidecar = this.sidecar(object.key);
      const file = `${basename(sidecar, '.json')}.${randomUUID()}`;
      const record: ObjectRecord = { ...object, modifiedAt: Date.now(), file };
      const shard = dirname(sidecar);
      // The disk takes them together; their names follow one after the other.
      const [written] = await Promise.all([
        writeScratch(JSON.stringify(record), this.scratch),
        syncFile(scratchFile),
        this.ensureShard(shard),
      ]);
      await rename(scratchFile, join(shard, file));
      await rename(written, sidecar);
      await syncDirectory(shard);
      this.remember(record);
      if (previous) await rm(this.pathOf(previous), { force: true });
      return record;
    });
  }

  /** Removing what is not there is no error. */
  remove(key: string): Promise<void> {
    return this.serial.run(key, async () => {
      const record = this.objects.get(key);
      if (!record) return;
      const sidecar = this.sidecar(key);
      await rm(sidecar);
      await syncDirectory(dirname(sidecar));
      this.objects.delete(key);
      this.keys.delete(key);
      await rm(this.pathOf(record), { force: true });
    });
  }

  /** The object with its open bytes, which stay readable when it is replaced meanwhile; undefined when there is none. */
  async open(key: string): Promise<{ record: ObjectRecord; file: FileHandle } | undefined> {
    for (let record = this.objects.get(key); record; record = this.objects.get(key)) {
      const file = await open(this.pathOf(record)).catch(() => undefined);
      if (file) return { record, file };
      // The file of a record that is still current must be there; of one just replaced it is gone.
      if (this.objects.get(key) === record) throw new Error(`The bytes of ${this.name}/${key} are missing`);
    }
    return undefined;
  }

  pathOf({ file }: ObjectRecord): string {
    return join(this.directory, file.slice(0, 2), file);
  }

  private remember(record: ObjectRecord): void {
    this.objects.set(record.key, record);
    this.keys.add(record.key);
  }

  private sidecar(key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(this.directory, hash.slice(0, 2), `${hash}.json`);
  }

  private async ensureShard(shard: string): Promise<void> {
    if (await mkdir(shard, { recursive: true })) await syncDirectory(this.directory);
  }
}
