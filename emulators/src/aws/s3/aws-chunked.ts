import { AwsError } from '../aws-error';

const MAX_LINE_BYTES = 8192;

/** Yields the content of an `aws-chunked` body and fills `trailers` with the headers that follow it. */
export async function* decodeAwsChunked(body: AsyncIterable<Buffer>, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(body[Symbol.asyncIterator]());
  for (let size = await chunkSize(reader); size > 0; size = await chunkSize(reader)) {
    yield* reader.take(size);
    if ((await reader.line()) !== '') throw malformed();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

async function chunkSize(reader: ByteReader): Promise<number> {
  const size = /^([0-9a-f]{1,12})(;.*)?$/i.exec(await reader.line())?.[1];
  if (size === undefined) throw malformed();
  return parseInt(size, 16);
}

/** Reads lines and counted bytes from a stream without holding more than a piece of it. */
class ByteReader {
  private buffered: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** The next line without its CRLF; empty at the end of the stream. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.buffered.indexOf('\r\n');
      if (end >= 0) {
        const text = this.buffered.toString('latin1', 0, end);
        this.buffered = this.buffered.subarray(end + 2);
        return text;
      }
      if (this.buffered.length > MAX_LINE_BYTES) throw malformed();
      const more = await this.source.next();
      if (more.done) return '';
      this.buffered = Buffer.concat([this.buffered, more.value]);
    }
  }

  async *take(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0;) {
      if (this.buffered.length === 0) {
        const more = await this.source.next();
        if (more.done) throw malformed();
        this.buffered = more.value;
      }
      const piece = this.buffered.subarray(0, left);
      this.buffered = this.buffered.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

function malformed(): AwsError {
  return new AwsError('IncompleteBody', 400, 'The request body terminated unexpectedly');
}
