import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Accounts, type Account } from './accounts';
import { GoogleFailure } from './failures';
import { JsonApi, sendJson, type Exchange } from './json-api';
import { readBody } from './multipart';
import { ObjectStore } from './object-store';
import { SignedApi } from './signed-api';
import { Uploads } from './uploads';

export interface GoogleEmulatorOptions {
  host?: string;
  /** 0: any free port. */
  port: number;
  /** Objects, half-done uploads and accounts live here, and survive a restart. */
  dataDir: string;
  /** Service accounts whose signatures count; `POST /emulator/accounts` adds more. */
  accounts?: readonly Account[];
  /** Buckets that exist from the start. */
  buckets?: readonly string[];
}

export interface GoogleEmulator {
  url: string;
  port: number;
  stop(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
};

/** Cloud Storage on this machine: the JSON API as the SDK speaks it, and V4 signed URLs that are verified. */
export async function startGoogleEmulator(options: GoogleEmulatorOptions): Promise<GoogleEmulator> {
  const { host = '127.0.0.1', port, dataDir, accounts = [], buckets = [] } = options;
  mkdirSync(dataDir, { recursive: true });
  const store = new ObjectStore(join(dataDir, 'buckets'));
  const uploads = new Uploads(store, join(dataDir, 'uploads'));
  const known = new Accounts(join(dataDir, 'accounts.json'));
  known.register(accounts);
  for (const bucket of buckets) store.createBucket(bucket);
  const handle = router({
    json: new JsonApi(store, uploads, known),
    signed: new SignedApi(store, uploads, known),
    accounts: known,
  });
  const server = createServer((request, response) => void handle(request, response));
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function router({ json, signed, accounts }: { json: JsonApi; signed: SignedApi; accounts: Accounts }) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = { request, response, url: new URL(request.url ?? '/', `http://${request.headers.host}`) };
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    try {
      if (request.method === 'OPTIONS') response.writeHead(204).end();
      else if (exchange.url.pathname === '/emulator/accounts') await register(exchange, accounts);
      else if (!(await json.handle(exchange))) await signed.handle(exchange);
    } catch (error) {
      refuse(exchange, error);
    }
  };
}

async function register({ request, response }: Exchange, accounts: Accounts): Promise<void> {
  accounts.register([JSON.parse((await readBody(request)).toString()) as Account]);
  sendJson(response, {});
}

/** A sender that broke off gets no answer; media downloads get their error as plain text, as from Google. */
function refuse({ request, response, url }: Exchange, error: unknown): void {
  if (response.headersSent || request.socket.destroyed) return void response.destroy();
  const failure = error instanceof GoogleFailure ? error : new GoogleFailure(500, 'backendError', String(error));
  request.resume();
  const media = url.searchParams.get('alt') === 'media';
  const [type, body] = url.searchParams.has('X-Goog-Signature')
    ? ['application/xml', failure.asXml()]
    : media
      ? ['text/plain', failure.message]
      : ['application/json', failure.asJson()];
  response.writeHead(failure.status, { 'content-type': `${type}; charset=UTF-8` }).end(body);
}
