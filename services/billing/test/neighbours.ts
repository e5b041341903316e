import { generateKeyPairSync } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type Caller, notAuthenticated, type ServiceIdentity, signAccessToken } from '@polycloud/auth';
import {
  AppError,
  type Infer,
  type Order,
  orderInternals,
  orders,
  type OrderToPay,
  tokens,
  type User,
  users,
} from '@polycloud/contracts';
import { handle, type Routes } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { createLogger } from '@polycloud/logger';

type OrderFacts = Infer<typeof OrderToPay>;

const SETTINGS = {
  ...{ HOST: '127.0.0.1', PORT: 0, CORS_ORIGINS: [], TRUST_PROXY: [] },
  ...{ NOT_AUTHENTICATED_STATUS: 401, REQUEST_TIMEOUT_MS: 15_000, METRICS_PORT: 0, NODE_APP_INSTANCE: 0 },
};

/** What billing asks of the services beside it, answered over real HTTP by their contracts. */
export interface Neighbours {
  userUrl: string;
  orderUrl: string;
  tokenOf(caller: Caller): string;
  addOrder(order: OrderFacts): string;
  setOrder(orderId: string, change: Partial<OrderFacts>): void;
  /** What happens once between the reading of an order that is to be paid and the answer. */
  meanwhile(action: () => Promise<unknown>): void;
  stop(): Promise<unknown>;
}

/** Starts a token authority and an order book. */
export async function startNeighbours(identities: { user: ServiceIdentity; order: ServiceIdentity }): Promise<Neighbours> {
  const authority = tokenAuthority();
  const book = new Map<string, OrderFacts>();
  let meanwhile: () => Promise<unknown> = () => Promise.resolve();
  const toPay = handle(orderInternals.toPay, async ({ params }) => {
    const order = book.get(params.orderId);
    const action = meanwhile;
    meanwhile = () => Promise.resolve();
    await action();
    if (!order) throw new AppError('NOT_FOUND', `There is no order ${params.orderId}`);
    return order;
  });
  const get = handle(orders.get, ({ params, caller }) => {
    const order = book.get(params.orderId);
    if (order?.userId !== caller.userId) throw new AppError('NOT_FOUND', `There is no order ${params.orderId}`);
    return fullOrder(order);
  });
  const details = handle(users.details, ({ caller }) => userOf(caller.userId));
  const [user, order] = await Promise.all([
    start(identities.user, [...authority.routes, details]),
    start(identities.order, [toPay, get]),
  ]);
  return {
    userUrl: user.url,
    orderUrl: order.url,
    tokenOf: authority.tokenOf,
    addOrder: (facts) => {
      book.set(facts.orderId, facts);
      return facts.orderId;
    },
    setOrder: (orderId, change) => book.set(orderId, { ...book.get(orderId)!, ...change }),
    meanwhile: (action) => (meanwhile = action),
    stop: () => Promise.all([user.stop(), order.stop()]),
  };
}

const PLACED_AT = '2026-03-01T10:00:00.000Z';

/** An order of two lines, the second of which costs what the first leaves. */
function fullOrder({ orderId, status, total }: OrderFacts): Infer<typeof Order> {
  const money = (amount: number) => ({ amount, currency: total.currency });
  const first = Math.floor(total.amount / 3);
  const items = [
    { sku: 'DATA-PROFILE', quantity: 2, price: money(first) },
    { sku: 'DATA-PREDICT', quantity: 1, price: money(total.amount - first) },
  ];
  return { orderId, processId: orderId, status, items, total, createdAt: PLACED_AT, updatedAt: PLACED_AT };
}

const userOf = (id: string): Infer<typeof User> => ({
  ...{ id, name: 'Sara Ali', email: 'sara@example.com', phone: null, location: null, roles: ['customer'], cloud: 'AWS' },
  ...{ settings: { webhookSecret: 'whsec_x' }, createdAt: PLACED_AT },
});

function tokenAuthority() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const callers = new Map<string, Caller>();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
  const jwks = handle(tokens.jwks, () => ({ keys: [jwk] }));
  const verify = handle(tokens.verify, ({ body }) => {
    const caller = callers.get(body.token);
    if (!caller) throw notAuthenticated();
    const { userId, sessionId = '', roles, cloud } = caller;
    return { userId, sessionId, roles: [...roles], cloud, expiresAt: new Date(Date.now() + 600_000).toISOString() };
  });
  const tokenOf = (caller: Caller) => {
    const token = signAccessToken({ userId: caller.userId, sessionId: caller.sessionId ?? '' }, { kid: 'k1', privateKey });
    callers.set(token, caller);
    return token;
  };
  return { routes: [jwks, verify] as unknown as Routes, tokenOf };
}

const start = (identity: ServiceIdentity, routes: unknown) =>
  serve(SETTINGS, routes as Routes, {
    name: identity.name,
    logger: createLogger({ service: identity.name, level: 'error', stream: new PassThrough().resume() }),
    authenticator: { identity, user: () => Promise.reject(notAuthenticated()) },
    checks: {},
    close: [],
  });
