import { CallRunner, type Call } from './call-runner';
import { CloudError } from './cloud-error';
import { secretsOf, type Registration } from './connection';
import type { Deadline } from './deadline';
import type { CloudDeps } from './deps';
import type { ProviderFailure } from './provider-failure';
import { StorageDriver } from './storage-driver';
import { UserFolder } from './user-folder';

/** How every operation asks its cloud: only while the adapter is open, within the user's folder, and with failures in our words. */
export abstract class CloudCalls extends StorageDriver {
  readonly provider: string;
  protected readonly runner: CallRunner;
  protected readonly folder: UserFolder;
  protected closed = false;

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

  /** The call, unless its arguments are defective or the adapter is closed. */
  protected accept(call: Call, defect?: string): Call {
    if (this.closed) throw this.runner.error('Cancelled', call, { message: 'the adapter is closed' });
    if (defect) throw this.runner.error('InvalidArgument', call, { message: defect });
    return call;
  }

  /** Lists one object: asking for the bucket itself would need further rights, and a HEAD could not say which one is missing. */
  protected async reach(call: Call): Promise<void> {
    const query = { prefix: this.folder.whole(''), limit: 1 };
    await this.onContainer(this.accept(call), (signal) => this.listObjects({ ...query, signal }));
  }

  /** What is not found when the bucket itself was asked is the bucket. */
  protected async onContainer<T>(call: Call, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.runner.run(call, (deadline) => ask(deadline.signal));
    } catch (error) {
      if (!(error instanceof CloudError && error.code === 'NotFound')) throw error;
      const { httpStatus, providerCode, requestId } = error;
      throw this.runner.error('ContainerNotFound', call, { httpStatus, providerCode, requestId });
    }
  }

  /** Not every cloud says whether the object or its bucket is missing: the bucket is asked then. */
  protected async onObject<T>(call: Call, ask: (deadline: Deadline) => Promise<T>): Promise<T> {
    try {
      return await this.runner.run(call, ask);
    } catch (error) {
      if (!(error instanceof CloudError && error.code === 'NotFound')) throw error;
      const container = await this.reach(call).catch((reason: unknown) => reason);
      throw container instanceof CloudError && container.code === 'ContainerNotFound' ? container : error;
    }
  }

  /** What an error says, whichever part of the cloud it came from. */
  protected readFailure(error: unknown): ProviderFailure {
    return this.failureOf(error);
  }
}
