import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../aws-error';
import { replaceFile, syncDirectory, syncFile } from '../durable-file';
import type { NewObject } from './object-record';

export interface Part {
  number: number;
  /** MD5, hex */
  etag: string;
  size: number;
}

/** An unfinished multipart upload: the object it shall become and the parts that are there. */
export interface Upload {
  id: string;
  bucket: string;
  object: Pick<NewObject, 'key' | 'headers' | 'metadata'>;
  parts: Map<number, Part>;
}

/** Unfinished uploads, one directory each. The name of a part's file says its number and its MD5, so one rename stores both. */
export class UploadStore {
  private readonly uploads = new Map<string, Upload>();

  constructor(private readonly directory: string) {}

  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    for (const id of await readdir(this.directory)) {
      const about = await readFile(join(this.directory, id, 'upload.json'), 'utf8').catch(() => undefined);
      if (about === undefined) await rm(join(this.directory, id), { recursive: true });
      else this.uploads.set(id, { ...(JSON.parse(about) as Upload), parts: await this.loadParts(id) });
    }
  }

  async create(bucket: string, object: Upload['object']): Promise<string> {
    const id = randomUUID();
    await mkdir(join(this.directory, id));
    await replaceFile(join(this.directory, id, 'upload.json'), JSON.stringify({ id, bucket, object }), join(this.directory, id));
    await syncDirectory(this.directory);
    this.uploads.set(id, { id, bucket, object, parts: new Map() });
    return id;
  }

  /** @throws AwsError NoSuchUpload */
  find(id: string, bucket: string, key: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.bucket === bucket && upload.object.key === key) return upload;
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new AwsError('NoSuchUpload', 404, message, { UploadId: id });
  }

  /** Takes over the scratch file; a part sent again replaces the former. */
  async addPart(upload: Upload, part: Part, scratchFile: string): Promise<void> {
    const previous = upload.parts.get(part.number);
    await syncFile(scratchFile);
    await rename(scratchFile, this.pathOf(upload.id, part));
    await syncDirectory(join(this.directory, upload.id));
    upload.parts.set(part.number, part);
    if (previous && previous.etag !== part.etag) await rm(this.pathOf(upload.id, previous), { force: true });
  }

  /** Joins the parts in one file. */
  async join(upload: Upload, parts: Part[], target: string): Promise<void> {
    const paths = parts.map((part) => this.pathOf(upload.id, part));
    await pipeline(async function* () {
      for (const path of paths) yield* createReadStream(path) as AsyncIterable<Buffer>;
    }, createWriteStream(target));
  }

  async remove({ id }: Upload): Promise<void> {
    this.uploads.delete(id);
    await rm(join(this.directory, id), { recursive: true, force: true });
    await syncDirectory(this.directory);
  }

  private pathOf(id: string, { number, etag }: Part): string {
    return join(this.directory, id, `${number}.${etag}`);
  }

  /** Of two files of one part, the younger is the one that was being put in the other's place. */
  private async loadParts(id: string): Promise<Map<number, Part>> {
    const found: (Part & { writtenAt: number })[] = [];
    for (const name of await readdir(join(this.directory, id))) {
      const parts = /^(\d+)\.([0-9a-f]{32})$/.exec(name);
      if (!parts) continue;
      const { size, mtimeMs } = await stat(join(this.directory, id, name));
      found.push({ number: Number(parts[1]), etag: parts[2]!, size, writtenAt: mtimeMs });
    }
    found.sort((a, b) => a.writtenAt - b.writtenAt);
    return new Map(found.map(({ writtenAt: _, ...part }) => [part.number, part]));
  }
}
