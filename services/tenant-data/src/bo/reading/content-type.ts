import { lookup } from 'mime-types';

/** Names that the registry of media types does not know. */
const BY_EXTENSION: Record<string, string> = { ndjson: 'application/x-ndjson', jsonl: 'application/x-ndjson' };

/** The media type of a key by its extension; octet-stream when it says nothing. */
export function contentTypeOf(key: string): string {
  const extension = key.slice(key.lastIndexOf('.') + 1).toLowerCase();
  return (Object.hasOwn(BY_EXTENSION, extension) && BY_EXTENSION[extension]) || lookup(key) || 'application/octet-stream';
}
