import { createServer, type IncomingHttpHeaders } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';

interface Post {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A subscriber on a free port: keeps what is posted and answers the statuses it was told to, then 200. */
export async function startSubscriber(...statuses: number[]) {
  const arrivals = new EventEmitter();
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end();
      arrivals.emit('post');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    /** The nth post, counted from 1, as soon as it is there. */
    post: async (count: number): Promise<Post> => {
      while (posts.length < count) await once(arrivals, 'post');
      return posts[count - 1]!;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
