import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Hook {
  id: string;
  type: string;
  data: { id: string; attempt: string; status: string };
}

/** Takes webhooks; answers each with what `answer` says, 200 unless told. */
export class HookReceiver {
  readonly hooks: Hook[] = [];
  /** The bodies with their signatures, as they came. */
  readonly raw: { body: string; signature: string }[] = [];
  answer: (hook: Hook) => number = () => 200;
  /** Takes a hook and leaves its sender waiting. */
  hangs = false;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const hook = JSON.parse(body) as Hook;
      this.hooks.push(hook);
      this.raw.push({ body, signature: String(request.headers['sandbox-signature']) });
      if (!this.hangs) response.writeHead(this.answer(hook)).end();
      this.server.emit('hook');
    });
  });

  async open(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Resolves when this many hooks of an attempt came in all. */
  async received(attempt: string, count: number): Promise<Hook[]> {
    const own = () => this.hooks.filter(({ data }) => data.attempt === attempt);
    while (own().length < count) await once(this.server, 'hook');
    return own();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
