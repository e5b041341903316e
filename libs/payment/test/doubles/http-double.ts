import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../bench';

export interface DoubleRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface DoubleAnswer {
  status: number;
  body: unknown;
}

/** Carries a request out. `changes` tells whether money or state moved, which is when faults strike. */
export type Provider = (request: DoubleRequest, fault: Fault | undefined) => DoubleAnswer;

/** A provider behind HTTP, with faults that strike after a call was carried out. */
export class HttpDouble {
  private fault: Fault | undefined;
  private readonly server;

  /** `changes` picks the calls that faults strike. */
  constructor(
    private readonly provider: Provider,
    private readonly changes: (request: DoubleRequest) => boolean,
  ) {
    this.server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://double');
        const { method = 'GET', headers } = incoming;
        const request = { method, path: pathname, query: searchParams, headers, text: Buffer.concat(chunks).toString('utf8') };
        const fault = this.changes(request) ? this.fault : undefined;
        const { status, body } = this.provider(request, fault);
        if (fault === 'answer_lost') return response.destroy();
        return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  async open(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async during<T>(fault: Fault, action: () => Promise<T>): Promise<T> {
    this.fault = fault;
    return action().finally(() => (this.fault = undefined));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }
}

/** A refusal that a provider answers. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(JSON.stringify(body));
  }
}
