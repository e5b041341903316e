import type { Caller, ServiceIdentity } from '@polycloud/auth';
import { currentContext } from '@polycloud/context';
import {
  AppError,
  type BodyOf,
  type Endpoint,
  type Endpoints,
  type Paged,
  type ParamsOf,
  type QueryOf,
  type ReturnOf,
} from '@polycloud/contracts';
import { type DispatchOptions, Pool } from '@polycloud/lean/undici';
import { asUpstreamError, tooSlow } from './call/upstream-error';
import { readAnswer } from './call/answer';
import { Breaker } from './call/breaker';
import { measured } from './call/call-metrics';
import { exchange } from './call/exchange';
import { HOP_MS, withRetries } from './call/retry';
import { RetryBudget } from './call/retry-budget';
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

/** What may be done twice without harm. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE']);

/**
 * A client made from a contract. The request id, the remaining deadline and on whose behalf the call is made travel
 * with it; a breaker, a bulkhead and a retry budget stand in between. Failures: the peer's own code when it is the
 * client's affair (4xx), otherwise UPSTREAM_FAILED, UPSTREAM_TIMEOUT, or UNAVAILABLE when the peer cannot be reached.
 */
export function clientOf<G extends Endpoints>(endpoints: G, peer: Peer): ClientOf<G> {
  const pool = new Pool(peer.url, { connections: 64, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 1_000 } });
  const breaker = new Breaker(peer.name);
  const budget = new RetryBudget();
  const ask = (endpoint: Endpoint, asked: LooseAsk) =>
    withRetries(budget, REPEATABLE.has(endpoint.method), () =>
      measured(peer.name, endpoint.method, () => breaker.run(() => call(pool, peer, endpoint, asked))),
    );
  const operations = Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint]) => [name, (asked: LooseAsk) => ask(endpoint, asked)]),
  );
  const alive = async () => {
    const answer = await pool.request({ method: 'GET', path: '/livez', headersTimeout: 900 });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`${peer.name} answered ${answer.statusCode}`);
  };
  const close = async () => {
    breaker.close();
    await pool.close();
  };
  return { ...operations, alive, close } as unknown as ClientOf<G>;
}

interface LooseAsk {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  onBehalfOf?: Caller;
}

async function call(pool: Pool, peer: Peer, endpoint: Endpoint, ask: LooseAsk): Promise<unknown> {
  const budget = Math.min(peer.timeoutMs ?? DEFAULT_TIMEOUT_MS, (currentContext()?.deadline ?? Infinity) - Date.now() - HOP_MS);
  if (budget <= 0) throw tooSlow(peer.name, endpoint);
  const request: DispatchOptions = {
    method: endpoint.method,
    path: pathOf(endpoint, ask),
    headers: {
      'x-request-id': currentContext()?.requestId ?? newId(),
      'x-request-timeout-ms': String(Math.floor(budget)),
      authorization: `Bearer ${peer.identity.tokenFor(peer.name, ask.onBehalfOf)}`,
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
    },
    body: ask.body === undefined ? null : JSON.stringify(ask.body),
  };
  try {
    return readAnswer(endpoint, peer.name, await exchange(pool, request, budget));
  } catch (error) {
    throw error instanceof AppError ? error : asUpstreamError(error, peer.name, endpoint);
  }
}

function pathOf(endpoint: Endpoint, { params = {}, query = {} }: LooseAsk): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
  );
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}
