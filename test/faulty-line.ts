import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request: it passes; it is carried out and its answer is lost, or kept back; or it is refused with 503. */
type Fate = 'pass' | 'lose' | 'hold' | 'refuse';

/** A line between two services on which faults are made; by default everything passes. */
export class FaultyLine {
  url = '';
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  fateOf: (request: string) => Fate = () => 'pass';
  private readonly server: Server = createServer((request, response) => void this.take(request, response));

  constructor(private readonly target: string) {}

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method} ${request.url}`;
    this.requests.push(name);
    const fate = this.fateOf(name);
    if (fate === 'refuse') return void response.writeHead(503).end();
    const body = await bytesOf(request);
    const answer = await this.forward(request, body);
    if (fate === 'lose') return void request.socket.destroy();
    if (fate === 'pass') response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { hostname, port } = new URL(this.target);
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
      const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
        bytesOf(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
          reject,
        );
      });
      onward.once('error', reject).end(body);
    });
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
