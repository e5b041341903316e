import type { File } from '@google-cloud/storage' with { 'resolution-mode': 'import' };
import { contentRange } from '../../content-range';
import type { Metadata } from '../../metadata';
import type { ReadRange, StoredInfo } from '../../objects';
import type { DriverObject } from '../../storage-driver';

type Headers = Record<string, string | undefined>;

/** HTTP dates have no milliseconds, so those of the metadata are dropped: both ways to ask agree. */
export const wholeSeconds = (date: string | undefined): Date => new Date(Math.floor(Date.parse(date ?? '') / 1000) * 1000 || 0);

/** Opens an object as a stream and waits for its headers, which the SDK only shows in an event. */
export function openDownload(file: File, range: ReadRange | undefined, signal: AbortSignal): Promise<DriverObject> {
  const { offset: start, length } = range ?? {};
  const end = length === undefined ? undefined : (start ?? 0) + length - 1;
  const body = file.createReadStream({ start, end, validation: false, decompress: false });
  const abort = () => body.destroy(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  body.once('close', () => signal.removeEventListener('abort', abort));
  return new Promise((resolve, reject) => {
    body.once('error', reject);
    body.once('response', (response: { statusCode: number; headers: Headers }) => {
      // An error's text is still being read; the error event brings it.
      if (response.statusCode >= 300) return;
      resolve({ ...describe(response.headers), body });
    });
    // The SDK asks only when somebody reads.
    body.read(0);
  });
}

function describe(headers: Headers): { info: StoredInfo; startsAt: number } {
  const { start, size } = contentRange(headers['content-range']) ?? { start: 0, size: Number(headers['content-length'] ?? 0) };
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  const info = {
    size,
    contentType,
    version: headers['x-goog-generation'] ?? '',
    updatedAt: wholeSeconds(headers['last-modified']),
    metadata: metadataOf(headers),
  };
  return { info, startsAt: start };
}

const METADATA = 'x-goog-meta-';

function metadataOf(headers: Headers): Metadata {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(METADATA));
  return Object.fromEntries(named.map(([name, value = '']) => [name.slice(METADATA.length), value]));
}
