import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32c, crc32cBase64 } from './crc32c';

/** A file of bytes that came in whole, and its checksums. */
export interface Received {
  file: string;
  /** Bytes. */
  size: number;
  /** Base64. */
  md5Hash: string;
  /** Base64. */
  crc32c: string;
}

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Writes a body to a file, from a position on; rejects when the sender breaks off. */
export async function receive(body: Bytes, file: string, start = 0): Promise<void> {
  const flags = start === 0 ? 'w' : 'r+';
  await pipeline(body, createWriteStream(file, { flags, start }));
}

/** Size and checksums of a file. */
export async function measure(file: string): Promise<Received> {
  const md5 = createHash('md5');
  let [size, crc] = [0, 0];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    crc = crc32c(chunk, crc);
    size += chunk.length;
  }
  return { file, size, md5Hash: md5.digest('base64'), crc32c: crc32cBase64(crc) };
}
