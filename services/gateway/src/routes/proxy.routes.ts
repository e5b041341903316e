import { Agent, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { currentContext, type RequestContext, runInContext } from '@polycloud/context';
import { type Endpoints, type ServiceName, serviceContracts } from '@polycloud/contracts';
import { asUpstreamError, newId, streamsEvents } from '@polycloud/http';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { createProxyServer, type ProxyServer } from 'httpxy';
import { compressLarge } from './answer-compression';
import { keepConnectionApart, passedHeaders } from './passed-headers';

type Upstreams = Record<Exclude<ServiceName, 'gateway'>, string>;

/** The way to the services, and its end. */
export interface Proxy {
  handler: RequestHandler;
  /** The service that an address belongs to, as far as its first two steps tell; what the gateway answers itself is its own. */
  serviceOf: (url: string) => ServiceName;
  close(): Promise<void>;
}

const CONNECT_MS = 1_000;
/** Events may be far apart; a line on which not even their heartbeat is heard for so long is dead, milliseconds. */
const SILENCE_MS = 60_000;
/** What the hop itself takes of the budget that is passed on, milliseconds. */
const HOP_MS = 20;

/** Sends every public path of the contracts on to its service, streaming both ways; /internal is in none of them. */
export function proxyTo(urls: Upstreams, timeoutMs: number): Proxy {
  const routers = new Map<string, Router>();
  const owners = new Map<string, ServiceName>();
  // No bound of its own: requests are bounded before they come here, and streams of events need connections too.
  const agent = new Agent({ keepAlive: true, timeout: SILENCE_MS });
  for (const [name, url] of Object.entries(urls)) {
    const service = name as keyof Upstreams;
    const { protocol, hostname, port } = new URL(url);
    const proxy = createProxyServer({ target: { protocol, hostname, port }, agent });
    proxy.on('proxyReq', (call) => boundTime(call, timeoutMs));
    proxy.on('proxyRes', prepareAnswer);
    const pass = passOn(service, proxy, timeoutMs);
    for (const path of publicPathsOf(service)) {
      routerAt(path, routers).all(path, pass);
      owners.set(firstSteps(2, fixedPartOf(path)), service);
    }
  }
  const handler: RequestHandler = (request, response, next) => {
    const router = routers.get(firstSteps(1, request.path));
    if (router) router(request, response, next);
    else next();
  };
  const serviceOf = (url: string) => {
    const path = url.split('?', 1)[0] ?? '';
    return owners.get(firstSteps(2, path)) ?? owners.get(firstSteps(1, path)) ?? 'gateway';
  };
  return { handler, serviceOf, close: () => Promise.resolve(agent.destroy()) };
}

/** A router for each first step of a path: one for all would try some twenty patterns before the last of them. */
function routerAt(path: string, routers: Map<string, Router>): Router {
  const step = firstSteps(1, path);
  const router = routers.get(step) ?? express.Router();
  routers.set(step, router);
  return router;
}

/** Without regard to case, as the routers themselves. */
const firstSteps = (count: number, path: string) =>
  path
    .toLowerCase()
    .split('/', count + 1)
    .join('/');

/** What stands before a path's first parameter. */
const fixedPartOf = (path: string) => path.split('/:', 1)[0] ?? '';

function publicPathsOf(service: keyof Upstreams): string[] {
  const groups = Object.values<Endpoints>(serviceContracts[service]);
  const endpoints = groups.flatMap((group) => Object.values(group)).filter(({ access }) => access !== 'service');
  return endpoints.flatMap(({ path, alsoAt = [] }) => [path, ...alsoAt]);
}

const passOn =
  (service: string, proxy: ProxyServer, timeoutMs: number): RequestHandler =>
  (request, response, next) => {
    const { method, path } = request;
    const context = currentContext() ?? { requestId: newId(), deadline: Date.now() + timeoutMs };
    // The proxy passes on what it finds here.
    request.headers = rebuiltHeaders(request, context);
    const failed = (error: unknown) => {
      // Who went away needs no answer any more.
      if (response.destroyed) return;
      // What the connection tells, it tells outside of this request.
      runInContext(context, () => next(asUpstreamError(error, service, { method, path })));
    };
    proxy.web(request, response).catch(failed);
  };

/** Ends a call that gets no connection or no answer in time, and one whose answer falls silent. */
function boundTime(call: ClientRequest, timeoutMs: number): void {
  const unanswered = setTimeout(() => call.destroy(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
  const answered = () => clearTimeout(unanswered);
  call.once('response', answered).once('close', answered);
  call.once('timeout', () => call.destroy());
  if (!call.socket?.connecting) return;
  const noConnection = Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
  const unconnected = setTimeout(() => call.destroy(noConnection), CONNECT_MS);
  const connected = () => clearTimeout(unconnected);
  call.socket.once('connect', connected).once('close', connected);
}

function prepareAnswer(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
  keepConnectionApart(answer.headers, response);
  if (answer.headers['content-type']?.startsWith('text/event-stream')) streamsEvents(response);
  compressLarge(answer.headers, request as Request, response as Response);
}

/** Who asks, for how long, from where: what the gateway itself tells the service. */
function rebuiltHeaders(request: Request, { requestId, deadline = Infinity }: RequestContext): Record<string, string> {
  const headers = passedHeaders(request);
  headers['x-request-id'] = requestId;
  headers['x-request-timeout-ms'] = String(Math.max(1, deadline - Date.now() - HOP_MS));
  if (request.ip !== undefined) headers['x-forwarded-for'] = request.ip;
  return headers;
}
