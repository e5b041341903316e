import { DatasetUnreadable } from './unreadable';

/** The formats a dataset can have. */
export type Format = 'csv' | 'ndjson';

const BY_EXTENSION: Record<string, Format> = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson' };

const BY_CONTENT_TYPE: Record<string, Format> = {
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/ndjson': 'ndjson',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/jsonlines': 'ndjson',
};

/**
 * The format of an object by the extension of its key, else by its content type: clouds often know no better than octet-stream.
 * @throws DatasetUnreadable naming the key and what is accepted.
 */
export function formatOf(key: string, contentType = ''): Format {
  const extension = key.slice(key.lastIndexOf('.') + 1).toLowerCase();
  const mediaType = contentType.replace(/;.*/s, '').trim().toLowerCase();
  const format = own(BY_EXTENSION, extension) ?? own(BY_CONTENT_TYPE, mediaType);
  if (format) return format;
  throw new DatasetUnreadable(key, {
    reason: `neither its name nor its content type "${contentType}" is that of CSV or NDJSON`,
    mend: `Name it .${Object.keys(BY_EXTENSION).join(', .')} or store it with the content type ${Object.keys(BY_CONTENT_TYPE).join(', ')}`,
  });
}

const own = (formats: Record<string, Format>, name: string) => (Object.hasOwn(formats, name) ? formats[name] : undefined);
