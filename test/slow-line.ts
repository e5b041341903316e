import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A line of TCP on which every answer may be made to come late. */
export class SlowLine {
  port = 0;
  /** Milliseconds. */
  delay = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((client) => this.take(client));

  constructor(private readonly target: { host: string; port: number }) {}

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private take(client: Socket): void {
    const target = connect(this.target);
    for (const [one, other] of [[client, target] as const, [target, client] as const]) {
      this.sockets.add(one);
      one.on('error', () => undefined).on('close', () => other.destroy());
    }
    client.pipe(target);
    let sent = Promise.resolve();
    target.on('data', (bytes) => {
      sent = sent.then(() => pause(this.delay)).then(() => void client.write(bytes));
    });
  }
}
