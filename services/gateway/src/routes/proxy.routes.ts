import type { Readable } from 'node:stream';
import { currentContext, type RequestContext, runInContext } from '@polycloud/context';
import { type Endpoints, type ServiceName, serviceContracts } from '@polycloud/contracts';
import { asUpstreamError, newId } from '@polycloud/http';
import express, { type Request, type RequestHandler } from 'express';
import { Pool } from 'undici';
import { Bulkhead } from './bulkhead';
import { PassedAnswer } from './passed-answer';
import { passedHeaders } from './passed-headers';

type Upstreams = Record<Exclude<ServiceName, 'gateway'>, string>;

/** The way to the services, and its end. */
export interface Proxy {
  handler: RequestHandler;
  close(): Promise<unknown>;
}

/** Most requests that one service may keep here at a time: half of all, so that a slow one does not take the others' room. */
const MOST_IN_FLIGHT = 256;
/** Streams of events need connections too, and wait on them. */
const MOST_CONNECTIONS = 4_096;
const CONNECT_MS = 1_000;
/** Events may be far apart; a line on which not even their heartbeat is heard for so long is dead, milliseconds. */
const SILENCE_MS = 60_000;
/** What the hop itself takes of the budget that is passed on, milliseconds. */
const HOP_MS = 20;

/** Sends every public path of the contracts on to its service, streaming both ways; /internal is in none of them. */
export function proxyTo(urls: Upstreams, timeoutMs: number): Proxy {
  const router = express.Router();
  const pools = Object.entries(urls).map(([name, url]) => {
    const service = name as keyof Upstreams;
    const timeouts = { connect: { timeout: CONNECT_MS }, headersTimeout: timeoutMs, bodyTimeout: SILENCE_MS };
    const pool = new Pool(url, { connections: MOST_CONNECTIONS, ...timeouts });
    const bulkhead = new Bulkhead(service, MOST_IN_FLIGHT);
    for (const path of publicPathsOf(service)) router.all(path, bulkhead.enter, passOn(service, pool, timeoutMs));
    return pool;
  });
  return { handler: router, close: () => Promise.all(pools.map((pool) => pool.destroy())) };
}

function publicPathsOf(service: keyof Upstreams): string[] {
  const groups = Object.values<Endpoints>(serviceContracts[service]);
  const endpoints = groups.flatMap((group) => Object.values(group)).filter(({ access }) => access !== 'service');
  return endpoints.flatMap(({ path, alsoAt = [] }) => [path, ...alsoAt]);
}

const passOn =
  (service: string, pool: Pool, timeoutMs: number): RequestHandler =>
  (request, response, next) => {
    const { method, url, path } = request;
    const context = currentContext() ?? { requestId: newId(), deadline: Date.now() + timeoutMs };
    const passed = { method, path: url, headers: rebuiltHeaders(request, context), body: bodyOf(request) };
    // What the pool tells later, it tells outside of this request.
    const failed = (error: Error) => runInContext(context, () => next(asUpstreamError(error, service, { method, path })));
    pool.dispatch(passed, new PassedAnswer(response, failed));
  };

function bodyOf(request: Request): Readable | null {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return null;
  // The pool takes whatever can be iterated, which its types do not tell.
  return chunksOf(request) as unknown as Readable;
}

/** The body as far as it is wanted: a service may answer first. What is left is read then, so that the next request can follow. */
async function* chunksOf(request: Request): AsyncGenerator<unknown> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk;
  } finally {
    request.resume();
  }
}

/** Who asks, for how long, from where: what the gateway itself tells the service. */
const rebuiltHeaders = (request: Request, { requestId, deadline = Infinity }: RequestContext): Record<string, string> => ({
  ...passedHeaders(request),
  'x-request-id': requestId,
  'x-request-timeout-ms': String(Math.max(1, deadline - Date.now() - HOP_MS)),
  ...(request.ip !== undefined && { 'x-forwarded-for': request.ip }),
});
