import type { Metadata } from './metadata';

/** What is known of a stored object. `version` is opaque: give it back as `ifVersion`, never parse it. */
export interface ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
  contentType: string;
  version: string;
  updatedAt: Date;
  metadata: Metadata;
}

/** An object as a listing shows it; some clouds do not list the content type. */
export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  contentType?: string;
  updatedAt: Date;
}

/** Which page of a listing; without a prefix, of all that the user has. */
export interface ListRequest {
  prefix?: string;
  /** 1-1000, a maximum: a page may be shorter although more follow. Default 100. */
  limit?: number;
  /** `nextCursor` of the page before, for the same prefix. */
  cursor?: string;
  signal?: AbortSignal;
}

/** All objects below it, in a listing of one folder. */
export interface ListedFolder {
  /** Ends with `/`. */
  key: string;
  folder: true;
}

/** One page of a listing. */
export interface ObjectPage<Item = ListedObject> {
  items: Item[];
  /** null at the end, and only there. */
  nextCursor: string | null;
}

/** Both in bytes; the end may lie beyond the object, the offset may not. */
export interface ReadRange {
  offset?: number;
  length?: number;
}

/** Which part of an object; all of it when no range is given. */
export interface ReadOptions extends ReadRange {
  signal?: AbortSignal;
}

/** An object, or the range of it that was asked for, as a stream. */
export interface OpenedObject {
  info: ObjectInfo;
  /** Can be walked once; leaving the loop early closes the connection. */
  body: AsyncIterable<Uint8Array>;
}

/** Bytes that can be sent again, or a stream that cannot. */
export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface WriteCondition {
  /** Only when the key is free; else AlreadyExists. */
  ifAbsent?: boolean;
  /** Only over this version; else PreconditionFailed. */
  ifVersion?: string;
}

/** How an object is stored. */
export interface WriteOptions extends WriteCondition {
  contentType: string;
  /** Names: a letter, then letters, digits and `_`, given back in lower case; values: printable ASCII; 2 KB in all. */
  metadata?: Metadata;
  signal?: AbortSignal;
}

/** What somebody without credentials is to be allowed. */
export interface PresignRequest {
  method: 'GET' | 'PUT';
  key: string;
  /** 1-604800. */
  expiresInSeconds: number;
  /** PUT only: the type the uploader must declare. */
  contentType?: string;
}

/** A request that anybody may make until `expiresAt`; it works only with this method and with every one of these headers. */
export interface PresignedRequest {
  url: string;
  method: 'GET' | 'PUT';
  headers: Record<string, string>;
  expiresAt: Date;
}

/** A stored object as a driver sees it: without the key that it was asked for. */
export type StoredInfo = Omit<ObjectInfo, 'key'>;
