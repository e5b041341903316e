import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Scripted {
  url: string;
  host: string;
  /** Method and address of each request so far. */
  requests: string[];
  stop(): Promise<void>;
}

export type Step = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that answers one request after the other with the given steps, and repeats the last. */
export async function startScripted(...steps: Step[]): Promise<Scripted> {
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push(`${request.method} ${request.url}`);
    // Read to the end first, as a server does, so that the client sees the answer and no reset.
    request.on('end', () => step?.(response, request)).resume();
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A step that answers with this status, body and headers. */
export const answer =
  (status: number, body = '', headers: Record<string, string> = {}): Step =>
  (response) =>
    void response.writeHead(status, headers).end(body);

export const json = (body: unknown, status = 200): Step =>
  answer(status, JSON.stringify(body), { 'content-type': 'application/json' });

/** A step that closes the connection without an answer. */
export const reset: Step = (response) => void response.destroy();

/** A step that never answers. */
export const silence: Step = () => undefined;
