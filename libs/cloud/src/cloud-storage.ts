import { download, Upload, whole } from './body';
import { CallRunner, type Call } from './call-runner';
import { CloudError } from './cloud-error';
import { secretsOf, type Registration } from './connection';
import type { Deadline } from './deadline';
import type { CloudDeps } from './deps';
import { decodeCursor, encodeCursor } from './list-cursor';
import { byBytes, keyDefect } from './object-key';
import type * as objects from './objects';
import type { ProviderFailure } from './provider-failure';
import { listDefect, presignDefect, rangeDefect, writeDefect } from './request-defects';
import { StorageDriver } from './storage-driver';
import { UserFolder } from './user-folder';

/** The user's objects on his cloud. Keys given and returned are relative to his prefix. Every failure is a CloudError. */
export abstract class CloudStorage extends StorageDriver {
  readonly provider: string;
  protected readonly runner: CallRunner;
  protected closed = false;
  protected readonly folder: UserFolder;

  constructor(
    registration: Registration,
    protected readonly deps: CloudDeps,
  ) {
    super();
    this.provider = registration.provider;
    this.folder = new UserFolder(registration.connection.prefix);
    const driver = { failureOf: (error: unknown) => this.readFailure(error), renewLogin: () => this.renewLogin() };
    this.runner = new CallRunner({ name: this.provider, secrets: secretsOf(registration), ...driver }, deps);
  }

  /** Logs in and reaches the bucket or container; resolves when the connection can be used. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.reach({ operation: 'check', signal });
  }

  /** One page of the objects under a prefix, in UTF-8 byte order. */
  async list({ prefix = '', limit = 100, cursor, signal }: objects.ListRequest = {}): Promise<objects.ObjectPage> {
    const token = cursor === undefined ? undefined : decodeCursor(prefix, cursor);
    const strange = cursor !== undefined && token === undefined ? 'cursor is not of a listing of this prefix' : undefined;
    const call = this.accept({ operation: 'list', subject: prefix, signal }, listDefect({ prefix, limit }) ?? strange);
    const query = { prefix: this.folder.whole(prefix), limit, token };
    const page = await this.onContainer(call, (inner) => this.listObjects({ ...query, signal: inner }));
    if (page.token && page.token === token)
      throw this.runner.error('Internal', call, { message: 'the listing does not advance' });
    const items = page.items
      .filter(({ key }) => this.folder.shows(key))
      .map((item) => ({ ...item, key: this.folder.relative(item.key) }));
    items.sort((a, b) => byBytes(a.key, b.key));
    return { items, nextCursor: page.token ? encodeCursor(prefix, page.token) : null };
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
    if ((ifAbsent || ifVersion) && !this.storageTraits.conditionalPut) throw this.runner.error('NotSupported', call);
    return this.runner.run(call, async (deadline) => {
      const upload = new Upload(body, deadline);
      const write = { contentType, ifAbsent, ifVersion, signal: deadline.signal };
      try {
        const stored = await deadline.guard(this.putObject(this.folder.whole(key), upload.data, write));
        return { key, size: upload.size, contentType, ...stored };
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

  /** What an error says, whichever part of the cloud it came from. */
  protected readFailure(error: unknown): ProviderFailure {
    return this.failureOf(error);
  }

  protected async reach(call: Call): Promise<void> {
    await this.onContainer(this.accept(call), (signal) => this.probe(signal));
  }

  /** The call, unless its arguments are defective or the adapter is closed. */
  protected accept(call: Call, defect?: string): Call {
    if (this.closed) throw this.runner.error('Cancelled', call, { message: 'the adapter is closed' });
    if (defect) throw this.runner.error('InvalidArgument', call, { message: defect });
    return call;
  }

  /** What is not found when the bucket itself was asked is the bucket. */
  private async onContainer<T>(call: Call, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.runner.run(call, (deadline) => ask(deadline.signal));
    } catch (error) {
      if (!(error instanceof CloudError && error.code === 'NotFound')) throw error;
      const { httpStatus, providerCode, requestId } = error;
      throw this.runner.error('ContainerNotFound', call, { httpStatus, providerCode, requestId });
    }
  }

  /** Not every cloud says whether the object or its bucket is missing: the bucket is asked then. */
  private async onObject<T>(call: Call, ask: (deadline: Deadline) => Promise<T>): Promise<T> {
    try {
      return await this.runner.run(call, ask);
    } catch (error) {
      if (!(error instanceof CloudError && error.code === 'NotFound')) throw error;
      const container = await this.onContainer(call, (signal) => this.probe(signal)).catch((reason: unknown) => reason);
      throw container instanceof CloudError && container.code === 'ContainerNotFound' ? container : error;
    }
  }

  /** A refused condition under the name of the condition, whichever number the cloud gave it. */
  private conditionError(error: CloudError, call: Call, { ifAbsent, ifVersion }: objects.WriteCondition): CloudError {
    const refused = error.code === 'AlreadyExists' || error.code === 'PreconditionFailed';
    if (ifAbsent && refused) return this.runner.error('AlreadyExists', call, error);
    return ifVersion && (refused || error.code === 'NotFound') ? this.runner.error('PreconditionFailed', call, error) : error;
  }
}
