import type { Deadline } from './deadline';
import type { ObjectBody } from './objects';

/** Larger buffers go in slices, so that the deadline sees them move. */
const SLICE_BYTES = 8 * 1024 * 1024;

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
}

/** A body on its way to the cloud: counts its bytes, keeps the deadline from striking while they flow, remembers a source that failed. */
export class Upload {
  size = 0;
  sourceError?: unknown;
  readonly data: ObjectBody;

  constructor(
    body: ObjectBody,
    private readonly deadline: Deadline,
  ) {
    const small = body instanceof Uint8Array && body.length <= SLICE_BYTES;
    if (small) this.size = body.length;
    this.data = small ? body : this.flow(body instanceof Uint8Array ? slices(body) : body);
  }

  private async *flow(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    try {
      for (let next = await this.pull(chunks); !next.done; next = await this.pull(chunks)) {
        const { buffer, byteOffset, byteLength } = next.value;
        this.size += byteLength;
        // Some SDKs copy from a chunk as only a Buffer can.
        yield Buffer.from(buffer, byteOffset, byteLength);
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** Waiting for the source is no fault of the cloud: the deadline counts only while the cloud holds a chunk. */
  private async pull(chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    this.deadline.stop();
    try {
      return await chunks.next();
    } catch (error) {
      this.sourceError = error;
      throw error;
    } finally {
      this.deadline.extend();
    }
  }
}

/** A body on its way from the cloud: each chunk within the deadline; ends the connection when the reader leaves early. */
export async function* download(source: AsyncIterable<Uint8Array>, deadline: Deadline): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      deadline.extend();
      const next = await deadline.guard(chunks.next());
      deadline.stop();
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // An abort and not `return()`: the latter would wait for a chunk that may never come.
    if (!ended) deadline.abandon();
  }
}

/** A body that fails, rather than ends, when bytes are missing. */
export async function* whole(
  body: AsyncIterable<Uint8Array>,
  expectedBytes: number,
  asCloudError: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of body) {
      received += chunk.length;
      yield chunk;
    }
    if (received !== expectedBytes) throw Object.assign(new Error('the body was cut short'), { code: 'ECONNRESET' });
  } catch (error) {
    throw asCloudError(error);
  }
}
