import { download, Upload, whole } from './body';
import type { Call } from './call-runner';
import { CloudCalls } from './cloud-calls';
import { CloudError } from './cloud-error';
import { decodeCursor, encodeCursor } from './list-cursor';
import { withLowerNames } from './metadata';
import { inByteOrder, keyDefect } from './object-key';
import type * as objects from './objects';
import { listDefect, presignDefect, rangeDefect, writeDefect } from './request-defects';

/** The user's objects on his cloud. Keys given and returned are relative to his prefix. Every failure is a CloudError. */
export abstract class CloudStorage extends CloudCalls {
  /** One page of the objects under a prefix, in UTF-8 byte order. */
  async list(request: objects.ListRequest = {}): Promise<objects.ObjectPage> {
    const { items, nextCursor } = await this.page(request);
    return { items: inByteOrder(this.folder.own(items)), nextCursor };
  }

  /** One page of what lies right in a folder: its objects, and each folder in it once, together in UTF-8 byte order. */
  async listFolder(request: objects.ListRequest = {}): Promise<objects.ObjectPage<objects.ListedObject | objects.ListedFolder>> {
    const { items, folders, nextCursor } = await this.page(request, '/');
    const found = this.folder.own(folders.map((key) => ({ key: key.slice(0, -1), folder: true as const })));
    const named = found.map((folder) => ({ ...folder, key: `${folder.key}/` }));
    return { items: inByteOrder([...this.folder.own(items), ...named]), nextCursor };
  }

  /** Size, type and version of an object. */
  async head(key: string, signal?: AbortSignal): Promise<objects.ObjectInfo> {
    const call = this.accept({ operation: 'head', subject: key, signal }, keyDefect(key));
    const stored = await this.onObject(call, (deadline) => this.headObject(this.folder.whole(key), deadline.signal));
    return { key, ...stored };
  }

  /** An object, or a range of it, as a stream. RangeNotSatisfiable when the offset is not below the size. */
  async read(key: string, { offset, length, signal }: objects.ReadOptions = {}): Promise<objects.OpenedObject> {
    const call = this.accept({ operation: 'read', subject: key, signal }, keyDefect(key) ?? rangeDefect({ offset, length }));
    const range = offset === undefined && length === undefined ? undefined : { offset: offset ?? 0, length };
    return this.onObject(call, async (deadline) => {
      const { info, body, startsAt } = await this.openObject(this.folder.whole(key), range, deadline.signal);
      if (range && range.offset >= info.size) throw this.runner.error('RangeNotSatisfiable', call);
      const start = range?.offset ?? 0;
      if (startsAt !== start) throw this.runner.error('Internal', call, { message: 'the cloud ignored the range' });
      const length = Math.min(range?.length ?? Infinity, info.size - start);
      const failed = (error: unknown) => this.runner.errorOf(error, call, deadline);
      return { info: { key, ...info }, body: whole(download(body, deadline), length, failed) };
    });
  }

  /** Stores an object whole or not at all; a stream is never held in memory, and is sent once. */
  async write(key: string, body: objects.ObjectBody, options: objects.WriteOptions): Promise<objects.ObjectInfo> {
    const repeatable = body instanceof Uint8Array;
    const call = this.accept(
      { operation: 'write', subject: key, signal: options?.signal, repeatable },
      keyDefect(key) ?? writeDefect(options),
    );
    const { contentType, ifAbsent, ifVersion } = options;
    const metadata = withLowerNames(options.metadata);
    if ((ifAbsent || ifVersion) && !this.storageTraits.conditionalPut) throw this.runner.error('NotSupported', call);
    return this.runner.run(call, async (deadline) => {
      const upload = new Upload(body, deadline);
      const write = { contentType, metadata, ifAbsent, ifVersion, signal: deadline.signal };
      try {
        const stored = await deadline.guard(this.putObject(this.folder.whole(key), upload.data, write));
        return { key, size: upload.size, contentType, metadata, ...stored };
      } catch (error) {
        if (upload.sourceError) throw this.runner.error('Cancelled', call, { message: 'the body failed before its end' });
        throw this.conditionError(this.runner.errorOf(error, call, deadline), call, options);
      }
    });
  }

  /** Removes an object; one that does not exist is as good as removed. */
  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const call = this.accept({ operation: 'delete', subject: key, signal }, keyDefect(key));
    try {
      await this.onObject(call, (deadline) => this.deleteObject(this.folder.whole(key), deadline.signal));
    } catch (error) {
      if (!(error instanceof CloudError && error.code === 'NotFound')) throw error;
    }
  }

  /** A request that somebody without credentials can make; nothing is asked of the cloud, so the key need not exist. */
  async presign(request: objects.PresignRequest): Promise<objects.PresignedRequest> {
    const call = this.accept({ operation: 'presign', subject: request.key }, keyDefect(request.key) ?? presignDefect(request));
    const expiresAt = new Date(this.deps.now() + request.expiresInSeconds * 1000);
    const signed = await this.runner.run(call, () => this.signUrl({ ...request, key: this.folder.whole(request.key) }));
    return { ...signed, method: request.method, expiresAt };
  }

  private async page({ prefix = '', limit = 100, cursor, signal }: objects.ListRequest, delimiter?: '/') {
    // No prefix has a line break, so a cursor of one kind of listing is none of the other.
    const scope = delimiter ? `${prefix}\n${delimiter}` : prefix;
    const token = cursor === undefined ? undefined : decodeCursor(scope, cursor);
    const strange = cursor !== undefined && token === undefined ? 'cursor is not of a listing of this prefix' : undefined;
    const call = this.accept({ operation: 'list', subject: prefix, signal }, listDefect({ prefix, limit }) ?? strange);
    const query = { prefix: this.folder.whole(prefix), delimiter, limit, token };
    const page = await this.onContainer(call, (inner) => this.listObjects({ ...query, signal: inner }));
    // Also a first page that says that there is more, but not where.
    if (page.token === (token ?? '')) throw this.runner.error('Internal', call, { message: 'the listing does not advance' });
    const { items, folders = [] } = page;
    return { items, folders, nextCursor: page.token ? encodeCursor(scope, page.token) : null };
  }

  /** A refused condition under the name of the condition, whichever number the cloud gave it. */
  private conditionError(error: CloudError, call: Call, { ifAbsent, ifVersion }: objects.WriteCondition): CloudError {
    const refused = error.code === 'AlreadyExists' || error.code === 'PreconditionFailed';
    if (ifAbsent && refused) return this.runner.error('AlreadyExists', call, error);
    return ifVersion && (refused || error.code === 'NotFound') ? this.runner.error('PreconditionFailed', call, error) : error;
  }
}
