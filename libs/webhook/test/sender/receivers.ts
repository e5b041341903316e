import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TestCertificate } from '../certificates';

/** A listener on the loopback: `connections` counts what reached it, `peers` are its open sockets. */
export interface Receiver {
  port: number;
  connections: number;
  serverNames: (string | false | null)[];
  close(): Promise<void>;
}

async function listening(server: TcpServer, host = '127.0.0.1', port = 0): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const receiver: Receiver = {
    port: 0,
    connections: 0,
    serverNames: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  server.on('connection', (socket: Socket) => {
    receiver.connections += 1;
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  server.on('secureConnection', (socket: TLSSocket) => receiver.serverNames.push(socket.servername));
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  receiver.port = (server.address() as AddressInfo).port;
  return receiver;
}

/** An HTTP receiver on the given loopback address. */
const httpReceiver = (handler: RequestListener, host?: string, port?: number): Promise<Receiver> =>
  listening(createHttpServer({ maxHeaderSize: 65_536 }, handler), host, port);

/** An HTTPS receiver. */
export const httpsReceiver = (certificate: TestCertificate, handler: RequestListener): Promise<Receiver> =>
  listening(createHttpsServer({ cert: certificate.pem, key: certificate.keyPem }, handler));

/** A receiver that nothing may ever reach; it answers, so that reaching it would look like a success. */
export const canary = (): Promise<Receiver> => httpReceiver((_request, response) => response.end('reached'));
