import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { AppError } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import type { Express, RequestHandler } from 'express';
import { createApp } from './app';
import type { Authenticator } from './authenticate';
import { Health, type HealthCheck } from './health';
import { LoadShedder } from './shedding/load-shedder';
import { createHttpServer } from './http-server';
import { NO_PORT } from './lambda';
import { Metrics } from './metrics';
import { ownNumbers, type OwnNumbersSettings } from './own-numbers';
import type { Routes } from './routes';

/** The settings of the environment that every service reads to serve. */
export interface ServeSettings extends OwnNumbersSettings {
  /** `test` holds every answer to its contract. */
  NODE_ENV?: string;
  PORT: number;
  CORS_ORIGINS: string[];
  TRUST_PROXY: string[];
  NOT_AUTHENTICATED_STATUS: number;
  REQUEST_TIMEOUT_MS: number;
  /** PEM; with its key, the server speaks HTTPS. */
  TLS_CERTIFICATE?: string;
  TLS_KEY?: string;
}

/** What a service stands on while it serves. */
export interface ServiceParts {
  name: string;
  logger: Logger;
  authenticator: Authenticator;
  checks: Record<string, HealthCheck>;
  metrics?: Metrics;
  translate?: (error: unknown) => AppError | undefined;
  before?: RequestHandler[];
  /** Names the lane of an address, where some requests must not take all places: each lane has half of them at most. */
  laneOf?: (url: string) => string;
  /** Closed in this order after the last answer. */
  close: (() => Promise<unknown>)[];
}

/** A service that runs. `stop` drains: no new work, answers in flight are finished, then the parts are closed. */
export interface RunningService {
  /** Empty when it does not listen. */
  url: string;
  server: Server;
  app: Express;
  metrics: Metrics;
  stop(): Promise<void>;
}

/** Milliseconds in which keep-alive clients learn from `Connection: close` that this process goes. */
const ANNOUNCE_MS = 1_000;
/** The same where another process takes over: nobody has to be cut off, so those who seldom speak are waited for, too. */
const TAKEN_OVER_MS = 5_000;
/** Milliseconds in which the cluster's primary may still hand a connection over that it took before it knew. */
const HANDED_OVER_MS = 1_000;
const FINISH_MS = 12_000;

/** Connections that may wait to be taken: of a flood the system drops what is beyond, and those clients hear nothing for seconds. */
const BACKLOG = 4_096;

/** Serves the routes at HOST:PORT. Rejects when the port cannot be had. */
export async function serve(settings: ServeSettings, routes: Routes, parts: ServiceParts): Promise<RunningService> {
  const service = createService(settings, routes, parts);
  const url = settings.PORT === NO_PORT ? '' : await listen(service.server, settings);
  if (url) parts.logger.info('listening', { url });
  const numbers = await ownNumbers(settings, service.metrics);
  return { ...service, url, stop: () => service.stop().then(() => numbers.close()) };
}

/** The routes as an application with its health and its server, which does not listen yet. */
function createService(settings: ServeSettings, routes: Routes, parts: ServiceParts): RunningService {
  const health = new Health(parts.checks);
  const metrics = parts.metrics ?? new Metrics(parts.name);
  health.showIn(metrics);
  const shedder = new LoadShedder(settings.CORS_ORIGINS, parts.laneOf);
  const app = createApp(routes, {
    logger: parts.logger,
    authenticator: parts.authenticator,
    health,
    metrics,
    corsOrigins: settings.CORS_ORIGINS,
    trustProxy: settings.TRUST_PROXY,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    notAuthenticatedStatus: settings.NOT_AUTHENTICATED_STATUS,
    checkAnswers: settings.NODE_ENV === 'test',
    ...(parts.translate && { translate: parts.translate }),
    ...(parts.before && { before: parts.before }),
  });
  const { TLS_CERTIFICATE: cert, TLS_KEY: key } = settings;
  const tls = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const server = createHttpServer(app, shedder.guard(app), tls);
  const close = [...parts.close, () => Promise.resolve(shedder.close())];
  let stopping: Promise<void> | undefined;
  return { url: '', server, app, metrics, stop: () => (stopping ??= drain(server, health, close)) };
}

/** Resolves to the URL at which the server listens. */
async function listen(server: Server, { HOST, PORT, TLS_CERTIFICATE, TLS_KEY }: ServeSettings): Promise<string> {
  server.listen({ port: PORT, host: HOST, backlog: BACKLOG });
  await once(server, 'listening');
  const scheme = TLS_CERTIFICATE !== undefined && TLS_KEY !== undefined ? 'https' : 'http';
  return `${scheme}://${HOST}:${(server.address() as AddressInfo).port}`;
}

async function drain(server: Server, health: Health, close: ServiceParts['close']): Promise<void> {
  health.draining = true;
  server.prependListener('request', (_request, response) => void response.setHeader('Connection', 'close'));
  if (cluster.isWorker) await leaveCluster(server);
  else if (server.listening && (await connectionsOf(server)) > 0) await pause(ANNOUNCE_MS);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.race([closed, pause(FINISH_MS)]);
  server.closeAllConnections();
  for (const part of close) await part();
}

/**
 * Leaves new connections to the process that takes over, and gives the kept ones time to hear that they end. The close of
 * node:net is used, since that of node:http cuts idle connections, on which a request may just be under way; and a process that
 * ends at once takes the connections along that the primary has handed to it meanwhile.
 */
async function leaveCluster(server: Server): Promise<void> {
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  await Promise.all([pause(HANDED_OVER_MS), Promise.race([closed, pause(TAKEN_OVER_MS)])]);
}

const connectionsOf = (server: Server) =>
  new Promise<number>((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref());
