import type { Accounts } from './accounts';
import { GoogleFailure } from './failures';
import { sendMedia, type Exchange } from './json-api';
import type { ObjectStore } from './object-store';
import { verifySignedUrl } from './signed-url';
import type { Uploads } from './uploads';

/** `/bucket/key` with a signature in the query: the way of those without credentials. */
export class SignedApi {
  constructor(
    private readonly store: ObjectStore,
    private readonly uploads: Uploads,
    private readonly accounts: Accounts,
  ) {}

  async handle(exchange: Exchange): Promise<void> {
    const { request, response, url } = exchange;
    if (!url.searchParams.has('X-Goog-Signature'))
      throw new GoogleFailure(403, 'AccessDenied', 'Anonymous access is not allowed.');
    verifySignedUrl(request, url, this.accounts);
    const [bucket = '', ...path] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    const name = path.join('/');
    if (request.method === 'PUT') {
      const { etag } = await this.uploads.media({ bucket, name, contentType: request.headers['content-type'] }, request);
      response.writeHead(200, { etag: `"${etag}"`, 'content-length': 0 }).end();
    } else if (request.method === 'GET' || request.method === 'HEAD')
      await sendMedia(exchange, this.find(bucket, name), this.store);
    else throw new GoogleFailure(405, 'MethodNotAllowed', 'This method is not emulated here.');
  }

  /** The XML API names the same failure otherwise. */
  private find(bucket: string, name: string) {
    try {
      return this.store.get(bucket, name);
    } catch {
      throw new GoogleFailure(404, 'NoSuchKey', 'The specified key does not exist.');
    }
  }
}
