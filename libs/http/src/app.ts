import type { IncomingHttpHeaders } from 'node:http';
import { type RequestContext, runInContext } from '@polycloud/context';
import { AppError } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import cors from 'cors';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { type Authenticator, authenticate } from './authenticate';
import { bodyReaderFor } from './body-guard';
import { keptToContract } from './contract-check';
import type { Handler, RawInput, RawQuery } from './handle';
import { type Health, PROBES } from './health';
import type { Metrics } from './metrics';
import { problemHandler, type ProblemOptions } from './problem';
import { StreamReply } from './reply';
import { requestIdOf } from './request-id';
import { respond } from './respond';
import type { Routes } from './routes';
import { writeStream } from './write-stream';

export interface AppOptions extends ProblemOptions {
  logger: Logger;
  authenticator: Authenticator;
  health: Health;
  metrics: Metrics;
  corsOrigins: string[];
  trustProxy: string[];
  /** Longest time for an answer, milliseconds. */
  requestTimeoutMs: number;
  /** Handlers that stand before the routes (the gateway's proxy). */
  before?: RequestHandler[];
  /** Holds every answer to its contract, for tests. */
  checkAnswers?: boolean;
}

const EXPOSED = [
  'Location',
  'Retry-After',
  'X-Request-Id',
  'RateLimit',
  'RateLimit-Policy',
  'ETag',
  'Idempotent-Replayed',
  'X-Cache',
];

/** An Express application that answers the routes by their contracts. */
export function createApp(routes: Routes, options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', options.trustProxy);
  app.use(inRequestContext(options), cors({ origin: options.corsOrigins, exposedHeaders: EXPOSED, maxAge: 600 }));
  serveHealth(app, options);
  for (const before of options.before ?? []) app.use(before);
  for (const handler of routes) mount(app, handler, options);
  refuseOtherMethods(app, routes);
  app.use((request) => {
    throw new AppError('NOT_FOUND', `There is no ${request.method} ${request.path}`, {
      hint: 'GET /openapi.json at the gateway lists what there is',
    });
  });
  app.use(problemHandler(options));
  return app;
}

function inRequestContext({ logger, metrics, requestTimeoutMs }: AppOptions): RequestHandler {
  return (request, response, next) => {
    const answered = metrics.begin();
    const requestId = requestIdOf(request.headers['x-request-id']);
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // The remaining budget travels as a duration, since clocks differ between machines.
    const asked = Number(request.headers['x-request-timeout-ms']);
    const budget = asked > 0 ? Math.min(asked, requestTimeoutMs) : requestTimeoutMs;
    const context: RequestContext = { requestId, deadline: Date.now() + budget };
    response.once('close', () => {
      const { method } = request;
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      // Nginx's number for a client that went away before its answer.
      const status = response.writableFinished ? response.statusCode : 499;
      const ms = Math.round(answered(route, method, status) * 1000) / 1000;
      // Machines look at the probes every few seconds, and their lines would hide the others.
      const level = PROBES.has(route) ? 'debug' : 'info';
      logger[level]('answered', { requestId, userId: context.userId, method, route, status, ms });
    });
    runInContext(context, next);
  };
}

function serveHealth(app: Express, { health, metrics }: AppOptions): void {
  for (const path of ['/livez', '/healthz']) app.get(path, (_request, response) => void response.json({ status: 'pass' }));
  app.get('/readyz', async (_request, response) => {
    const readiness = await health.readiness();
    const figures = await metrics.figures();
    response.status(readiness.status === 'pass' ? 200 : 503).json({ ...readiness, figures });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
}

function mount(app: Express, handler: Handler, options: AppOptions): void {
  const { endpoint } = handler;
  const method = endpoint.method.toLowerCase() as 'get';
  const readBody = bodyReaderFor(endpoint);
  const run = async (request: Request, response: Response) => {
    // Who calls is known before his body is read.
    const identify = () => authenticate(request, endpoint, options.authenticator);
    const caller = await identify();
    const body = readBody && (await readBody(request, response));
    const input = new RequestInput(request, caller, body);
    const answering = () => handler(input);
    const answer: unknown = await (options.checkAnswers ? keptToContract(endpoint, answering) : answering());
    if (answer instanceof StreamReply) await writeStream(answer, response, identify);
    else respond(endpoint, input.query, response, answer);
  };
  for (const path of [endpoint.path, ...(endpoint.alsoAt ?? [])]) app[method](path, run);
}

/** What a request brings. Its address is found out only for those who ask: most do not. */
class RequestInput implements RawInput {
  readonly params: unknown;
  query?: unknown;
  readonly rawQuery: RawQuery;
  readonly headers: IncomingHttpHeaders;
  readonly idempotencyKey = undefined;

  constructor(
    private readonly request: Request,
    readonly caller: unknown,
    readonly body: unknown,
  ) {
    this.params = request.params;
    this.rawQuery = { text: request.url.slice(request.path.length), parse: () => request.query };
    this.headers = request.headers;
  }

  get address(): string {
    return this.request.ip ?? '';
  }
}

function refuseOtherMethods(app: Express, routes: Routes): void {
  const methods = new Map<string, Set<string>>();
  for (const { endpoint } of routes) {
    for (const path of [endpoint.path, ...(endpoint.alsoAt ?? [])])
      methods.set(path, (methods.get(path) ?? new Set()).add(endpoint.method));
  }
  for (const [path, allowed] of methods) {
    const allow = [...allowed].join(', ');
    app.all(path, (request) => {
      throw new AppError('METHOD_NOT_ALLOWED', `${request.path} does not take ${request.method}`, { headers: { Allow: allow } });
    });
  }
}
