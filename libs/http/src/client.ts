import type { Caller, ServiceIdentity } from '@polycloud/auth';
import { currentContext } from '@polycloud/context';
import {
  AppError,
  type BodyOf,
  type Endpoint,
  type Endpoints,
  Paged,
  type ParamsOf,
  type QueryOf,
  type ReturnOf,
} from '@polycloud/contracts';
import { type Dispatcher, Pool } from 'undici';
import { newId } from './request-id';

/** A peer as seen from one service: where it is and who asks. */
export interface Peer {
  name: string;
  url: string;
  identity: ServiceIdentity;
  /** Longest wait for an answer, milliseconds; the request's own deadline may be nearer. */
  timeoutMs?: number;
}

type Keys<T> = T extends undefined ? {} : T;
interface CallOptions {
  onBehalfOf?: Caller;
}
type Ask<E extends Endpoint> = CallOptions &
  (ParamsOf<E> extends Record<string, never> ? {} : { params: ParamsOf<E> }) &
  (E extends { body: unknown } ? { body: Keys<BodyOf<E>> } : {}) &
  (E extends { query: unknown } ? { query?: Partial<QueryOf<E>> } : {});

type Told<E extends Endpoint> = E extends { paged: true } ? (ReturnOf<E> extends (infer I)[] ? Paged<I> : unknown) : ReturnOf<E>;

/** A typed client of a peer's endpoints. */
export type ClientOf<G extends Endpoints> = {
  readonly [K in keyof G]: (ask: Ask<G[K]>) => Promise<Told<G[K]>>;
} & { alive(): Promise<void>; close(): Promise<void> };

const DEFAULT_TIMEOUT_MS = 5_000;
/** What a hop itself takes of the budget that is passed on, milliseconds. */
const HOP_MS = 20;

/**
 * A client made from a contract. The request id, the remaining deadline and on whose behalf the call is made travel
 * with it. Failures: the peer's own code when it is the client's affair (4xx), otherwise UPSTREAM_FAILED,
 * UPSTREAM_TIMEOUT, or UNAVAILABLE when the peer cannot be reached.
 */
export function clientOf<G extends Endpoints>(endpoints: G, peer: Peer): ClientOf<G> {
  const pool = new Pool(peer.url, { connections: 64, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 1_000 } });
  const operations = Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint]) => [name, (ask: LooseAsk) => call(pool, peer, endpoint, ask)]),
  );
  const alive = async () => {
    const answer = await pool.request({ method: 'GET', path: '/livez', headersTimeout: 900 });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`${peer.name} answered ${answer.statusCode}`);
  };
  return { ...operations, alive, close: () => pool.close() } as unknown as ClientOf<G>;
}

interface LooseAsk {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  onBehalfOf?: Caller;
}

async function call(pool: Pool, peer: Peer, endpoint: Endpoint, ask: LooseAsk): Promise<unknown> {
  const budget = Math.min(peer.timeoutMs ?? DEFAULT_TIMEOUT_MS, (currentContext()?.deadline ?? Infinity) - Date.now() - HOP_MS);
  if (budget <= 0) throw tooSlow(peer, endpoint);
  const request: Dispatcher.RequestOptions = {
    method: endpoint.method,
    path: pathOf(endpoint, ask),
    headers: {
      'x-request-id': currentContext()?.requestId ?? newId(),
      'x-request-timeout-ms': String(Math.floor(budget)),
      authorization: `Bearer ${peer.identity.tokenFor(peer.name, ask.onBehalfOf)}`,
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
    },
    body: ask.body === undefined ? null : JSON.stringify(ask.body),
    signal: AbortSignal.timeout(budget),
  };
  try {
    return read(endpoint, peer, await send(pool, request));
  } catch (error) {
    throw error instanceof AppError ? error : asUpstreamError(error, peer, endpoint);
  }
}

/** A read is sent once more when the connection broke before an answer: nothing can have been done twice. */
async function send(
  pool: Pool,
  request: Dispatcher.RequestOptions,
): Promise<{ status: number; headers: unknown; body: unknown }> {
  const once = async () => {
    const answer = await pool.request(request);
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  try {
    return await once();
  } catch (error) {
    if (request.method !== 'GET' || !isBrokenConnection(error)) throw error;
    return once();
  }
}

function read(endpoint: Endpoint, peer: Peer, answer: { status: number; headers: unknown; body: unknown }): unknown {
  const body = answer.body as
    | { data?: unknown; page?: { nextCursor: string | null }; code?: unknown; detail?: unknown; hint?: string; errors?: [] }
    | undefined;
  if (answer.status < 300) {
    if (endpoint.bare) return body;
    return body?.page ? new Paged(body.data as unknown[], body.page.nextCursor) : body?.data;
  }
  const headers = answer.headers as Record<string, string | undefined>;
  const ourFault = headers['www-authenticate']?.includes('scope="service"') ?? false;
  if (AppError.isCode(body?.code) && !ourFault && (answer.status < 500 || body.code !== 'INTERNAL')) {
    const retryAfter = Number(headers['retry-after']);
    throw new AppError(body.code, String(body.detail), {
      ...(body.hint !== undefined && { hint: body.hint }),
      ...(body.errors !== undefined && { errors: body.errors }),
      ...(retryAfter > 0 && { retryAfter }),
    });
  }
  throw new AppError('UPSTREAM_FAILED', `The ${peer.name} service failed`, {
    cause: new Error(`${endpoint.method} ${endpoint.path} answered ${answer.status}`),
  });
}

function pathOf(endpoint: Endpoint, { params = {}, query = {} }: LooseAsk): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
  );
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}

function isBrokenConnection(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function asUpstreamError(error: unknown, peer: Peer, endpoint: Endpoint): AppError {
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || name === 'HeadersTimeoutError' || name === 'BodyTimeoutError')
    return tooSlow(peer, endpoint, error);
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ENOTFOUND' || isBrokenConnection(error)) {
    return new AppError('UNAVAILABLE', `The ${peer.name} service cannot be reached`, {
      cause: error,
      retryAfter: 1,
      hint: 'Try again in a moment',
    });
  }
  return new AppError('UPSTREAM_FAILED', `The ${peer.name} service gave no usable answer`, { cause: error });
}

const tooSlow = (peer: Peer, endpoint: Endpoint, cause?: unknown) =>
  new AppError('UPSTREAM_TIMEOUT', `The ${peer.name} service did not answer in time (${endpoint.method} ${endpoint.path})`, {
    cause,
    retryAfter: 1,
  });
