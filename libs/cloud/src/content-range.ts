import type { ReadRange } from './objects';

/** The HTTP `Range` of a range; HTTP counts the last byte in. */
export const rangeHeader = ({ offset = 0, length }: ReadRange): string =>
  `bytes=${offset}-${length === undefined ? '' : offset + length - 1}`;

/** Where a partial answer starts and how large the object is, from `Content-Range: bytes 2-4/10`. */
export function contentRange(header: string | null | undefined): { start: number; size: number } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(header ?? '');
  return match ? { start: Number(match[1]), size: Number(match[2]) } : undefined;
}
