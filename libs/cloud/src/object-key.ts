const MAX_KEY_BYTES = 512;

/** Characters that some cloud folds, decodes or refuses in a name. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\\%#?"<>|]/u;

function textDefect(text: string): string | undefined {
  if (typeof text !== 'string') return 'is not text';
  if (Buffer.byteLength(text) > MAX_KEY_BYTES) return `is longer than ${MAX_KEY_BYTES} bytes`;
  return FORBIDDEN.test(text) ? 'has a control character or one of \\ % # ? " < > |' : undefined;
}

/** Why a key cannot be used on every cloud, or undefined when it can. */
export function keyDefect(key: string): string | undefined {
  const defect = textDefect(key);
  if (defect) return defect;
  const segments = key.split('/');
  if (segments.includes('')) return 'is empty, starts or ends with / or has an empty segment';
  // A trailing dot covers `.` and `..`, and Azure drops it from a name.
  return segments.some((segment) => segment.endsWith('.')) ? 'has a segment that ends with a dot' : undefined;
}

/** Why a listing prefix cannot be used; unlike a key it may be empty, end with `/` or stop within a name. */
export function prefixDefect(prefix: string): string | undefined {
  const climbs = (segment: string) => segment === '.' || segment === '..';
  return textDefect(prefix) ?? (prefix.split('/').some(climbs) ? 'has a segment . or ..' : undefined);
}

/** In the order in which every cloud lists: by UTF-8 bytes, which differs from JavaScript's own beyond the BMP. */
export const inByteOrder = <T extends { key: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
