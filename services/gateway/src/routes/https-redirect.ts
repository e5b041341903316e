import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { RequestHandler } from 'express';

/** A server on the plain port that sends every client to HTTPS: 308, which keeps method and body. */
export async function redirectToHttps(port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!/^[A-Za-z0-9.-]+$/.test(name)) return void response.writeHead(400).end();
    response.writeHead(308, { Location: `https://${name}${request.url ?? '/'}` }).end();
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** Browsers that came over HTTPS once do not come without it again, for a year. */
export const strictTransport: RequestHandler = (_request, response, next) => {
  response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  next();
};
