/** Headers that a put may set and a get gives back. */
export const KEPT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

/** Everything about an object but its bytes. */
export interface ObjectRecord {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  headers: Record<string, string>;
  /** User metadata, without the `x-amz-meta-` in front. */
  metadata: Record<string, string>;
  /** Header name and base64 value of the checksum it was sent with. */
  checksum?: [name: string, value: string];
  /** Name of the file with its bytes. */
  file: string;
}

/** A record whose bytes still lie in a scratch file. */
export type NewObject = Omit<ObjectRecord, 'modifiedAt' | 'file'>;
