import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { GoogleFailure, invalid } from './failures';
import { readMultipart } from './multipart';
import type { NewObject, ObjectStore, StoredObject } from './object-store';
import { measure, receive } from './receive';

const CONTENT_RANGE = /^bytes (?:\*|(\d+)-(\*|-?\d+))\/(\*|\d+)$/;

/** The three ways to upload; a resumable one survives a restart. */
export class Uploads {
  constructor(
    private readonly store: ObjectStore,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** The whole object in one request, as bare bytes. */
  async media(target: NewObject, body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StoredObject> {
    this.store.check(target);
    const file = join(this.folder, randomUUID());
    try {
      await receive(body, file);
      return this.store.commit(target, await measure(file));
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Metadata and bytes in one request. */
  async multipart(target: NewObject, request: IncomingMessage): Promise<StoredObject> {
    const { metadata, contentType, media } = await readMultipart(request);
    const named = { ...target, name: target.name || metadata.name || '' };
    return this.media({ ...named, contentType: metadata.contentType ?? contentType, metadata: metadata.metadata }, [media]);
  }

  /** Opens a session; its id is the right to write to it. */
  begin(target: NewObject): string {
    this.store.check(target);
    const id = randomUUID();
    writeFileSync(this.path(id, 'json'), JSON.stringify(target));
    writeFileSync(this.path(id, 'part'), '');
    return id;
  }

  /** Takes a chunk: the object when it was the last, else how many bytes have arrived. */
  async continue(id: string, request: IncomingMessage): Promise<StoredObject | number> {
    if (!/^[\w-]{36}$/.test(id) || !existsSync(this.path(id, 'json')))
      throw new GoogleFailure(404, 'notFound', 'No such upload session.');
    const match = CONTENT_RANGE.exec(request.headers['content-range'] ?? 'bytes 0-*/*');
    if (!match) throw invalid('Invalid Content-Range.');
    const [, start, end, total] = match;
    const part = this.path(id, 'part');
    if (start === undefined) request.resume();
    else await this.append(part, Number(start), request);
    const arrived = statSync(part).size;
    const last = end === '*' || String(arrived) === total;
    return last ? this.finish(id) : arrived;
  }

  cancel(id: string): void {
    for (const kind of ['json', 'part']) rmSync(this.path(id, kind), { force: true });
  }

  private async append(part: string, start: number, body: IncomingMessage): Promise<void> {
    const before = statSync(part).size;
    if (start > before) throw invalid('The chunk leaves a gap.');
    try {
      await receive(body, part, start);
    } catch (error) {
      truncateSync(part, before);
      throw error;
    }
  }

  private async finish(id: string): Promise<StoredObject> {
    const target = JSON.parse(readFileSync(this.path(id, 'json'), 'utf8')) as NewObject;
    try {
      return this.store.commit(target, await measure(this.path(id, 'part')));
    } finally {
      this.cancel(id);
    }
  }

  private path(id: string, kind: string): string {
    return join(this.folder, `${id}.${kind}`);
  }
}
