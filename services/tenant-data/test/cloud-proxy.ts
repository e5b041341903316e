import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** A request that a cloud was asked. */
interface CloudRequest {
  method: string;
  path: string;
  range: string | undefined;
}

export interface CloudProxy {
  url: string;
  host: string;
  /** Everything that was asked since it was emptied last. */
  requests: CloudRequest[];
  /** Answers in the cloud's place when set; gives false for what shall go through. */
  fault: ((asked: IncomingMessage, answer: ServerResponse) => boolean) | undefined;
  stop(): Promise<void>;
}

/** Stands between the service and an emulator: sees what is asked, and fails as clouds do. The Host header is kept, since it is signed. */
export async function startCloudProxy(target: string): Promise<CloudProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((asked, answer) => {
    const { method = '', url = '', headers } = asked;
    proxy.requests.push({ method, path: url, range: headers.range });
    if (proxy.fault?.(asked, answer)) return;
    const onward = request({ hostname, port, method, path: url, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    // The end that is left must not wait for the one that went.
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const proxy: CloudProxy = { url: `http://${host}`, host, requests: [], fault: undefined, stop };
  return proxy;
}
