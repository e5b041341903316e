import { invalid } from './failures';
import type { StoredObject } from './object-store';

interface Page {
  kind: 'storage#objects';
  items?: StoredObject[];
  prefixes?: string[];
  nextPageToken?: string;
}

const MAX_RESULTS = 1000;

const byBytes = (a: { name: string }, b: { name: string }) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

/** One page of a bucket; the token is the last name given, so changes behind it do not disturb the next page. */
export function listObjects(objects: Iterable<StoredObject>, query: URLSearchParams): Page {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const limit = Math.min(Number(query.get('maxResults') ?? MAX_RESULTS) || MAX_RESULTS, MAX_RESULTS);
  const after = decodeToken(query.get('pageToken'));
  const entries = new Map<string, StoredObject | undefined>();
  for (const object of [...objects].filter(({ name }) => name.startsWith(prefix)).sort(byBytes)) {
    const cut = delimiter ? object.name.indexOf(delimiter, prefix.length) : -1;
    if (cut < 0) entries.set(object.name, object);
    else entries.set(object.name.slice(0, cut + delimiter.length), undefined);
  }
  const left = [...entries].filter(([name]) => after === undefined || byBytes({ name }, { name: after }) > 0);
  const page = left.slice(0, limit);
  const items = page.flatMap(([, object]) => object ?? []);
  const prefixes = page.filter(([, object]) => !object).map(([name]) => name);
  const nextPageToken = left.length > limit ? Buffer.from(page.at(-1)?.[0] ?? '').toString('base64') : undefined;
  return { kind: 'storage#objects', ...(items.length && { items }), ...(prefixes.length && { prefixes }), nextPageToken };
}

function decodeToken(token: string | null): string | undefined {
  if (token === null) return undefined;
  const name = Buffer.from(token, 'base64').toString();
  if (Buffer.from(name).toString('base64') !== token) throw invalid('Invalid pageToken.');
  return name;
}
