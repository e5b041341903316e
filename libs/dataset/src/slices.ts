import { setImmediate } from 'node:timers/promises';

import { DatasetUnreadable } from './unreadable';

/** A stretch of a dataset's bytes; `offset` is that of its first byte in the object. */
export interface Slice {
  offset: number;
  bytes: Buffer;
}

const SLICE_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const FOREIGN = [
  { signature: Buffer.from([0xff, 0xfe]), what: 'UTF-16 text' },
  { signature: Buffer.from([0xfe, 0xff]), what: 'UTF-16 text' },
  { signature: Buffer.from([0x1f, 0x8b]), what: 'compressed by gzip' },
  { signature: Buffer.from([0x50, 0x4b, 0x03, 0x04]), what: 'a ZIP archive or a spreadsheet' },
];
const HEAD_BYTES = 4;

/**
 * The text of a dataset in slices of at most 64 KiB, without its byte order mark. After each 64 KiB timers and sockets get
 * their turn: a source that always has bytes ready would starve them otherwise.
 * @throws DatasetUnreadable when the object begins like something else than UTF-8 text.
 */
export async function* slices(chunks: AsyncIterable<Uint8Array>, dataset: string, start: number): AsyncGenerator<Slice> {
  let offset = start;
  let sinceTurn = 0;
  for await (const chunk of start === 0 ? withWholeHead(chunks) : chunks) {
    for (let from = offset === 0 ? textStart(chunk, dataset) : 0; from < chunk.length; from += SLICE_BYTES) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset + from, Math.min(SLICE_BYTES, chunk.length - from));
      yield { offset: offset + from, bytes };
      sinceTurn += bytes.length;
      if (sinceTurn < SLICE_BYTES) continue;
      sinceTurn = 0;
      await setImmediate();
    }
    offset += chunk.length;
  }
}

/** The same bytes; the first chunk is long enough to tell by it what the object is. */
async function* withWholeHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  let whole = false;
  for await (const chunk of chunks) {
    if (whole) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    whole = head.length >= HEAD_BYTES;
    if (whole) yield head;
  }
  if (!whole) yield head;
}

function textStart(head: Uint8Array, dataset: string): number {
  const startsWith = (signature: Buffer) => signature.equals(head.subarray(0, signature.length));
  const foreign = FOREIGN.find(({ signature }) => startsWith(signature));
  if (foreign) {
    throw new DatasetUnreadable(dataset, {
      reason: `its content is ${foreign.what}, not UTF-8 text`,
      mend: 'Store it as plain UTF-8 CSV or NDJSON',
    });
  }
  return startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}
