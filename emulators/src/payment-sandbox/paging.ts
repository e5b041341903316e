import { invalid } from './api-error';

const PAGE = 100;

/** The page of `items` that the query's `cursor` (a position) asks for. Items are only ever added at the end. */
export function pageOf<T>(items: T[], query: URLSearchParams): { data: T[]; nextCursor: string | null } {
  const cursor = query.get('cursor') ?? '0';
  if (!/^\d{1,15}$/.test(cursor)) throw invalid('cursor must be one that a page gave');
  const start = Number(cursor);
  const end = start + PAGE;
  return { data: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}
