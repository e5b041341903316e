import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { currentContext } from '@polycloud/context';
import { AppError, type Endpoints, type ServiceName, serviceContracts } from '@polycloud/contracts';
import { sendProblem } from '@polycloud/http';
import express, { type RequestHandler, type Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** Headers with which a caller could pretend to be a balancer, another user or another service. */
const NOT_PASSED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'x-user-id',
  'x-tenant-id',
  'x-http-method-override',
  'x-request-timeout-ms',
];

type Upstreams = Record<Exclude<ServiceName, 'gateway'>, string>;

/** Sends every public path of the contracts on to its service, streaming both ways; /internal is in none of them. */
export function proxyTo(urls: Upstreams, timeoutMs: number): RequestHandler {
  const router = express.Router();
  for (const service of Object.keys(urls) as (keyof Upstreams)[]) {
    const proxy = proxyOf(service, urls[service], timeoutMs);
    for (const path of publicPathsOf(service)) router.all(path, proxy);
  }
  return router;
}

function publicPathsOf(service: keyof Upstreams): string[] {
  const groups = Object.values<Endpoints>(serviceContracts[service]);
  const endpoints = groups.flatMap((group) => Object.values(group)).filter(({ access }) => access !== 'service');
  return endpoints.flatMap(({ path, alsoAt = [] }) => [path, ...alsoAt]);
}

function proxyOf(service: string, target: string, timeoutMs: number): RequestHandler {
  return createProxyMiddleware({
    target,
    agent: new Agent({ keepAlive: true, maxSockets: 256, keepAliveMsecs: 10_000 }),
    proxyTimeout: timeoutMs,
    on: {
      proxyReq: (outgoing, request: IncomingMessage & { ip?: string; protocol?: string }) => {
        for (const name of NOT_PASSED) outgoing.removeHeader(name);
        outgoing.setHeader('x-request-id', currentContext()?.requestId ?? '');
        if (request.ip !== undefined) outgoing.setHeader('x-forwarded-for', request.ip);
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
