import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { conditionNotMet, invalid, noSuchBucket, noSuchObject } from './failures';
import type { Received } from './receive';

/** An object as the JSON API shows it. */
export interface StoredObject {
  kind: 'storage#object';
  id: string;
  bucket: string;
  name: string;
  generation: string;
  metageneration: string;
  contentType: string;
  /** Bytes, as text: the API has 64-bit integers. */
  size: string;
  md5Hash: string;
  crc32c: string;
  etag: string;
  timeCreated: string;
  updated: string;
  storageClass: string;
  metadata?: Record<string, string>;
}

export interface NewObject {
  bucket: string;
  name: string;
  contentType?: string;
  metadata?: Record<string, string>;
  /** `0`: only when there is none. */
  ifGenerationMatch?: string;
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/** Buckets as folders; of each object one file of bytes and one of metadata, which is renamed into place and so decides. */
export class ObjectStore {
  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private lastGeneration = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const bucket of readdirSync(folder)) this.load(bucket);
  }

  createBucket(name: string): void {
    if (!BUCKET_NAME.test(name)) throw invalid(`Invalid bucket name: ${name}`);
    mkdirSync(join(this.folder, name), { recursive: true });
    if (!this.buckets.has(name)) this.buckets.set(name, new Map());
  }

  bucket(name: string): Map<string, StoredObject> {
    const objects = this.buckets.get(name);
    if (!objects) throw noSuchBucket();
    return objects;
  }

  get(bucket: string, name: string): StoredObject {
    const object = this.bucket(bucket).get(name);
    if (!object) throw noSuchObject(bucket, name);
    return object;
  }

  open({ bucket, name, generation }: StoredObject, range: { start: number; end: number }): Readable {
    return createReadStream(this.path({ bucket, name }, generation), range);
  }

  /** Throws when the object is not of the generation that the writer expects. */
  check({ bucket, name, ifGenerationMatch }: NewObject): void {
    const current = this.bucket(bucket).get(name)?.generation ?? '0';
    if (ifGenerationMatch !== undefined && ifGenerationMatch !== current) throw conditionNotMet();
  }

  /** Takes a received file over as the object, at one stroke: nothing runs between the check and the renames. */
  commit(target: NewObject, received: Received): StoredObject {
    this.check(target);
    const { bucket, name } = target;
    const old = this.bucket(bucket).get(name);
    const object = this.describe(target, received);
    renameSync(received.file, this.path(target, object.generation));
    const draft = `${this.path(target)}.${randomUUID()}`;
    writeFileSync(draft, JSON.stringify(object));
    renameSync(draft, `${this.path(target)}.json`);
    this.bucket(bucket).set(name, object);
    if (old) rmSync(this.path(target, old.generation), { force: true });
    return object;
  }

  delete(bucket: string, name: string): void {
    const { generation } = this.get(bucket, name);
    rmSync(`${this.path({ bucket, name })}.json`);
    rmSync(this.path({ bucket, name }, generation), { force: true });
    this.bucket(bucket).delete(name);
  }

  private describe({ bucket, name, contentType, metadata }: NewObject, { size, md5Hash, crc32c }: Received): StoredObject {
    const now = Date.now();
    // Microseconds, like the real ones, and never the same twice.
    this.lastGeneration = Math.max(now * 1000, this.lastGeneration + 1);
    const generation = String(this.lastGeneration);
    const time = new Date(now).toISOString();
    const identity = {
      kind: 'storage#object' as const,
      id: `${bucket}/${name}/${generation}`,
      bucket,
      name,
      generation,
      metageneration: '1',
    };
    const content = { contentType: contentType ?? 'application/octet-stream', size: String(size), md5Hash, crc32c, metadata };
    return { ...identity, ...content, etag: generation, timeCreated: time, updated: time, storageClass: 'STANDARD' };
  }

  /** Names may hold anything, so files are named by their hash. */
  private path({ bucket, name }: { bucket: string; name: string }, generation?: string): string {
    const file = createHash('sha256').update(name).digest('hex');
    return join(this.folder, bucket, generation ? `${file}-${generation}` : file);
  }

  private load(bucket: string): void {
    const objects = new Map<string, StoredObject>();
    this.buckets.set(bucket, objects);
    for (const file of readdirSync(join(this.folder, bucket)).filter((each) => each.endsWith('.json'))) {
      const object = JSON.parse(readFileSync(join(this.folder, bucket, file), 'utf8')) as StoredObject;
      if (!existsSync(this.path(object, object.generation))) continue;
      objects.set(object.name, object);
      this.lastGeneration = Math.max(this.lastGeneration, Number(object.generation));
    }
  }
}
