import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Accounts } from './accounts';
import { GoogleFailure, invalid } from './failures';
import { listObjects } from './listing';
import { readBody } from './multipart';
import type { NewObject, ObjectStore, StoredObject } from './object-store';
import type { Uploads } from './uploads';

/** One request with its address taken apart. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

const RESUME_INCOMPLETE = 308;

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

/** The bytes of an object, or the one range that was asked for. */
export async function sendMedia({ request, response }: Exchange, object: StoredObject, store: ObjectStore): Promise<void> {
  const size = Number(object.size);
  const range = rangeOf(request.headers.range, size);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': object.contentType,
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.updated).toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
    'x-goog-stored-content-encoding': 'identity',
    ...Object.fromEntries(Object.entries(object.metadata ?? {}).map(([name, value]) => [`x-goog-meta-${name}`, value])),
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) response.end();
  else await pipeline(store.open(object, { start, end }), response);
}

function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  if (start >= size) throw new GoogleFailure(416, 'requestedRangeNotSatisfiable', 'The requested range cannot be satisfied.');
  return { start, end: Math.min(last ? Number(last) : size - 1, size - 1) };
}

/** The part of the JSON API that the Storage SDK uses for objects. */
export class JsonApi {
  constructor(
    private readonly store: ObjectStore,
    private readonly uploads: Uploads,
    private readonly accounts: Accounts,
  ) {}

  /** Answers, or returns false when the path is none of the API's. */
  async handle(exchange: Exchange): Promise<boolean> {
    const [, upload, rest] = /^(\/upload)?\/storage\/v1\/b(\/.*|)$/.exec(exchange.url.pathname) ?? [];
    if (rest === undefined) return false;
    const [bucket = '', , name] = rest.slice(1).split('/').map(decodeURIComponent);
    const session = exchange.url.searchParams.get('upload_id');
    if (upload && session) await this.session(exchange, session);
    else {
      this.accounts.authenticate(exchange.request.headers.authorization);
      await (upload ? this.upload(exchange, bucket) : this.resource(exchange, bucket, name));
    }
    return true;
  }

  private async resource(exchange: Exchange, bucket: string, name?: string): Promise<void> {
    const { request, response, url } = exchange;
    if (request.method === 'POST' && !bucket) return this.createBucket(exchange);
    if (request.method === 'DELETE' && name) {
      this.store.delete(bucket, name);
      response.writeHead(204).end();
    } else if (request.method !== 'GET') throw new GoogleFailure(405, 'methodNotAllowed', 'This method is not emulated here.');
    else if (name) {
      const object = this.store.get(bucket, name);
      if (url.searchParams.get('alt') === 'media') await sendMedia(exchange, object, this.store);
      else sendJson(response, object);
    } else if (url.pathname.endsWith('/o')) sendJson(response, listObjects(this.store.bucket(bucket).values(), url.searchParams));
    else sendJson(response, { kind: 'storage#bucket', id: bucket, name: this.store.bucket(bucket) && bucket, location: 'EU' });
  }

  private async createBucket({ request, response }: Exchange): Promise<void> {
    const { name = '' } = JSON.parse((await readBody(request)).toString()) as { name?: string };
    this.store.createBucket(name);
    sendJson(response, { kind: 'storage#bucket', id: name, name, location: 'EU' });
  }

  private async upload({ request, response, url }: Exchange, bucket: string): Promise<void> {
    const query = (field: string) => url.searchParams.get(field) ?? undefined;
    const target: NewObject = { bucket, name: query('name') ?? '', ifGenerationMatch: query('ifGenerationMatch') };
    const contentType = request.headers['content-type'];
    if (query('uploadType') === 'multipart') return sendJson(response, await this.uploads.multipart(target, request));
    if (query('uploadType') === 'media') return sendJson(response, await this.uploads.media({ ...target, contentType }, request));
    if (query('uploadType') !== 'resumable') throw invalid('Unknown uploadType.');
    const text = (await readBody(request)).toString();
    const metadata = (text ? JSON.parse(text) : {}) as Partial<NewObject>;
    const declared = metadata.contentType ?? request.headers['x-upload-content-type'];
    const named = {
      ...target,
      name: target.name || (metadata.name ?? ''),
      metadata: metadata.metadata,
      contentType: declared as string | undefined,
    };
    const location = `${url.origin}${url.pathname}?uploadType=resumable&upload_id=${this.uploads.begin(named)}`;
    response.writeHead(200, { location, 'content-length': 0 }).end();
  }

  private async session({ request, response }: Exchange, id: string): Promise<void> {
    if (request.method === 'DELETE') {
      this.uploads.cancel(id);
      return void response.writeHead(499).end();
    }
    const outcome = await this.uploads.continue(id, request);
    if (typeof outcome !== 'number') return sendJson(response, outcome);
    const range = outcome > 0 ? { range: `bytes=0-${outcome - 1}` } : {};
    response.writeHead(RESUME_INCOMPLETE, { ...range, 'content-length': 0 }).end();
  }
}
