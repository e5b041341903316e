import type { IncomingMessage } from 'node:http';
import { invalid } from './failures';

interface Multipart {
  metadata: { name?: string; contentType?: string; metadata?: Record<string, string> };
  contentType?: string;
  media: Buffer;
}

/** The body of a request, in memory. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A `multipart/related` body: a JSON part, then the bytes. Kept in memory, since clients send large objects resumably. */
export async function readMultipart(request: IncomingMessage): Promise<Multipart> {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (!boundary) throw invalid('A multipart upload needs a boundary.');
  const [json, media] = split(await readBody(request), Buffer.from(`--${boundary}`));
  if (!json || !media) throw invalid('A multipart upload needs two parts.');
  try {
    return {
      metadata: JSON.parse(json.body.toString()) as Multipart['metadata'],
      contentType: media.contentType,
      media: media.body,
    };
  } catch {
    throw invalid('The first part is not JSON.');
  }
}

function split(body: Buffer, delimiter: Buffer): { contentType?: string; body: Buffer }[] {
  const parts = [];
  let at = body.indexOf(delimiter);
  for (let next = body.indexOf(delimiter, at + 1); at >= 0 && next >= 0; at = next, next = body.indexOf(delimiter, at + 1)) {
    // Between delimiters: CRLF, headers, an empty line, the bytes, CRLF.
    const part = body.subarray(at + delimiter.length + 2, next - 2);
    const headersEnd = part.indexOf('\r\n\r\n');
    const headers = part.subarray(0, headersEnd).toString();
    parts.push({ contentType: /content-type:\s*(\S.*)/i.exec(headers)?.[1]?.trim(), body: part.subarray(headersEnd + 4) });
  }
  return parts;
}
