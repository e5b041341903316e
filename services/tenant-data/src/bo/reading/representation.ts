import { hash } from 'node:crypto';

/** An answer that a client may have already: its tag is known at once, its content is fetched only when it is wanted. */
export interface Representation<T> {
  /** A weak ETag: the same content may come in another envelope. */
  etag: string;
  read: () => Promise<{ content: T; cached: boolean }>;
}

/** The tag of what these parts determine. */
export const etagOf = (...parts: unknown[]): string => `W/"${hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 27)}"`;
