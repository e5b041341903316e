import type { StorageTraits } from './capabilities';
import type { Metadata } from './metadata';
import type { ListedObject, ObjectBody, PresignRequest, ReadRange, StoredInfo, WriteCondition } from './objects';
import type { ProviderFailure } from './provider-failure';

export interface DriverList {
  prefix: string;
  /** Asks for one folder: what lies deeper is summed up in `folders`. */
  delimiter?: '/';
  limit: number;
  token?: string;
  signal: AbortSignal;
}

export interface DriverPage {
  items: ListedObject[];
  /** Whole keys, each with its slash at the end. */
  folders?: string[];
  token?: string;
}

export interface DriverWrite extends WriteCondition {
  contentType: string;
  metadata: Metadata;
  signal: AbortSignal;
}

export interface DriverObject {
  info: StoredInfo;
  body: AsyncIterable<Uint8Array>;
  /** The byte of the object at which the body starts: tells a server that ignored the range. */
  startsAt: number;
}

/** The few storage operations that one cloud differs in. Keys are whole, with the user's prefix; errors are the SDK's own. */
export abstract class StorageDriver {
  protected abstract readonly storageTraits: StorageTraits;

  protected abstract listObjects(query: DriverList): Promise<DriverPage>;
  protected abstract headObject(key: string, signal: AbortSignal): Promise<StoredInfo>;
  protected abstract openObject(key: string, range: ReadRange | undefined, signal: AbortSignal): Promise<DriverObject>;
  protected abstract putObject(
    key: string,
    body: ObjectBody,
    write: DriverWrite,
  ): Promise<Pick<StoredInfo, 'version' | 'updatedAt'>>;
  /** May fail for a missing key; the caller forgives it. */
  protected abstract deleteObject(key: string, signal: AbortSignal): Promise<void>;
  protected abstract signUrl(request: PresignRequest): Promise<{ url: string; headers: Record<string, string> }>;
  /** What an error of this cloud's SDK or servers says. */
  protected abstract failureOf(error: unknown): ProviderFailure;
  /** Drops a cached login so that the next attempt makes a new one; false when there is none. */
  protected renewLogin(): boolean {
    return false;
  }
  /** Closes sockets and timers. */
  protected abstract release(): void | Promise<void>;
}
