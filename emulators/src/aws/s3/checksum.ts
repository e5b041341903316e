import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../aws-error';

const PREFIX = 'x-amz-checksum-';
const ALGORITHMS = ['crc32', 'sha1', 'sha256'];

/** Headers about checksums that carry none. */
const NOT_VALUES = ['algorithm', 'mode', 'type'].map((name) => PREFIX + name);

/** Hashes of bytes as they pass: the MD5 that becomes the ETag, and those that someone will compare. */
export class PassingDigest {
  size = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256: Hash | undefined;
  private readonly sha1: Hash | undefined;
  private crc = 0;

  /** @param needed algorithms besides MD5 */
  constructor(private readonly needed: ReadonlySet<string>) {
    this.sha256 = needed.has('sha256') ? createHash('sha256') : undefined;
    this.sha1 = needed.has('sha1') ? createHash('sha1') : undefined;
  }

  async *pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.size += chunk.length;
      this.md5.update(chunk);
      this.sha256?.update(chunk);
      this.sha1?.update(chunk);
      if (this.needed.has('crc32')) this.crc = crc32(chunk, this.crc);
      yield chunk;
    }
  }

  /** Ends the hashing; to be called once, after the last byte. */
  finish(): Record<string, Buffer> {
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(this.crc);
    return {
      md5: this.md5.digest(),
      crc32: crc,
      ...(this.sha256 && { sha256: this.sha256.digest() }),
      ...(this.sha1 && { sha1: this.sha1.digest() }),
    };
  }
}

/** The checksum header among the names, such as `x-amz-checksum-crc32`. @throws AwsError for another algorithm */
export function checksumHeader(names: Iterable<string>): string | undefined {
  const header = [...names].find((name) => name.startsWith(PREFIX) && !NOT_VALUES.includes(name));
  if (header && !ALGORITHMS.includes(header.slice(PREFIX.length))) {
    throw new AwsError('NotImplemented', 501, `This emulator checks ${ALGORITHMS.join(', ')}, not ${header}.`);
  }
  return header;
}

export const algorithmOf = (header: string): string => header.slice(PREFIX.length);
