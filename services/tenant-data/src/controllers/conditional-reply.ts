import type { IncomingHttpHeaders } from 'node:http';
import { Reply } from '@polycloud/http';
import fresh from 'fresh';
import type { Representation } from '../bo/reading/representation';

/** 304 when the client has it already, else the content; with ETag, and X-Cache that says whether the cloud was read. */
export async function conditionalReply<T>(
  { etag, read }: Representation<T>,
  request: IncomingHttpHeaders,
): Promise<Reply<T | undefined>> {
  // Clients must ask each time: only the cloud knows whether the object was replaced.
  const headers = { ETag: etag, 'Cache-Control': 'private, no-cache' };
  if (fresh(request, { etag })) return new Reply(undefined, { status: 304, headers });
  const { content, cached } = await read();
  return new Reply(content, { headers: { ...headers, 'X-Cache': cached ? 'HIT' : 'MISS' }, kept: true });
}
