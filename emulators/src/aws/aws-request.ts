import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error';

/** One request, with its path and query as they were sent: a signature covers exactly these bytes. */
export class AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: [string, string][];

  constructor(readonly raw: IncomingMessage) {
    this.method = raw.method ?? 'GET';
    const url = raw.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? [] : parseQuery(url.slice(mark + 1));
  }

  header(name: string): string | undefined {
    const value = this.raw.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  }

  param(name: string): string | undefined {
    return this.query.find(([key]) => key === name)?.[1];
  }

  /** An `x-amz-*` value: a presigned URL carries in its query what a plain request has in its headers. */
  amz(name: string): string | undefined {
    return this.header(name) ?? this.query.find(([key]) => key.toLowerCase() === name)?.[1];
  }

  /** The whole body. @throws AwsError 413 above `limit` bytes. */
  async body(limit: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.raw as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new AwsError('RequestEntityTooLarge', 413, `The body is longer than ${limit} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}

export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

function parseQuery(text: string): [string, string][] {
  return text
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [decodePercent(pair), '']
        : [decodePercent(pair.slice(0, equals)), decodePercent(pair.slice(equals + 1))];
    });
}
