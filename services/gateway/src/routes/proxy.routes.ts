import { Agent, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { currentContext } from '@polycloud/context';
import { AppError, type Endpoints, type ServiceName, serviceContracts } from '@polycloud/contracts';
import { sendProblem, streamsEvents } from '@polycloud/http';
import express, { type RequestHandler, type Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Bulkhead } from './bulkhead';
import { keepPassedHeaders } from './passed-headers';

type Upstreams = Record<Exclude<ServiceName, 'gateway'>, string>;

/** Most requests that one service may keep here at a time: half of all, so that a slow one does not take the others' room. */
const MOST_IN_FLIGHT = 256;
/** Streams of events need connections too, and wait on them. */
const MOST_CONNECTIONS = 4_096;
/** What the hop itself takes of the budget that is passed on, milliseconds. */
const HOP_MS = 20;

/** Sends every public path of the contracts on to its service, streaming both ways; /internal is in none of them. */
export function proxyTo(urls: Upstreams, timeoutMs: number): RequestHandler {
  const router = express.Router();
  for (const service of Object.keys(urls) as (keyof Upstreams)[]) {
    const bulkhead = new Bulkhead(service, MOST_IN_FLIGHT);
    const proxy = proxyOf(service, urls[service], timeoutMs);
    for (const path of publicPathsOf(service)) router.all(path, bulkhead.enter, rebuildHeaders(timeoutMs), proxy);
  }
  return router;
}

function publicPathsOf(service: keyof Upstreams): string[] {
  const groups = Object.values<Endpoints>(serviceContracts[service]);
  const endpoints = groups.flatMap((group) => Object.values(group)).filter(({ access }) => access !== 'service');
  return endpoints.flatMap(({ path, alsoAt = [] }) => [path, ...alsoAt]);
}

/** Who asks, for how long, from where: what the gateway itself tells the service. */
const rebuildHeaders =
  (timeoutMs: number): RequestHandler =>
  (request, _response, next) => {
    const { ip } = request;
    keepPassedHeaders(request);
    const { requestId = '', deadline = Date.now() + timeoutMs } = currentContext() ?? {};
    const own = { 'x-request-id': requestId, 'x-request-timeout-ms': String(Math.max(1, deadline - Date.now() - HOP_MS)) };
    Object.assign(request.headers, own, ip !== undefined && { 'x-forwarded-for': ip });
    next();
  };

function proxyOf(service: string, target: string, timeoutMs: number): RequestHandler {
  return createProxyMiddleware({
    target,
    // Shorter than the services keep a connection, so that no request is sent into a closing one.
    agent: new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS, timeout: 60_000 }),
    proxyTimeout: timeoutMs,
    on: {
      // Events may be far apart; their heartbeat, not a timeout, tells whether the line is alive.
      proxyRes: (answer, _request, response) => {
        if (!answer.headers['content-type']?.startsWith('text/event-stream')) return;
        answer.socket.setTimeout(0);
        streamsEvents(response);
      },
      error: (error, _request, response) => answerFailure(service, error, response),
    },
  }) as RequestHandler;
}

function answerFailure(service: string, error: NodeJS.ErrnoException, response: ServerResponse | Socket): void {
  if (!('setHeader' in response) || response.headersSent) return void response.destroy();
  const slow = error.code === 'ECONNRESET' || error.code === 'ETIMEDOUT';
  const problem = slow
    ? new AppError('UPSTREAM_TIMEOUT', `The ${service} service did not answer in time`, { retryAfter: 1 })
    : new AppError('UNAVAILABLE', `The ${service} service cannot be reached`, { retryAfter: 1, hint: 'Try again in a moment' });
  sendProblem(response as Response, problem);
}
