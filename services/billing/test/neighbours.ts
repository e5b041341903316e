import { generateKeyPairSync } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type Caller, notAuthenticated, type ServiceIdentity, signAccessToken } from '@polycloud/auth';
import { AppError, type Infer, orderInternals, type OrderToPay, tokens } from '@polycloud/contracts';
import { handle, type Routes, serve } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';

type OrderFacts = Infer<typeof OrderToPay>;

const SETTINGS = {
  ...{ HOST: '127.0.0.1', PORT: 0, CORS_ORIGINS: [], TRUST_PROXY: [] },
  ...{ NOT_AUTHENTICATED_STATUS: 401, REQUEST_TIMEOUT_MS: 15_000 },
};

/** What billing asks of the services beside it, answered over real HTTP by their contracts. */
export interface Neighbours {
  userUrl: string;
  orderUrl: string;
  tokenOf(caller: Caller): string;
  addOrder(order: OrderFacts): string;
  setOrder(orderId: string, change: Partial<OrderFacts>): void;
  stop(): Promise<unknown>;
}

/** Starts a token authority and an order book. */
export async function startNeighbours(identities: { user: ServiceIdentity; order: ServiceIdentity }): Promise<Neighbours> {
  const authority = tokenAuthority();
  const orders = new Map<string, OrderFacts>();
  const toPay = handle(orderInternals.toPay, ({ params }) => {
    const order = orders.get(params.orderId);
    if (!order) throw new AppError('NOT_FOUND', `There is no order ${params.orderId}`);
    return order;
  });
  const [user, order] = await Promise.all([start(identities.user, authority.routes), start(identities.order, [toPay])]);
  return {
    userUrl: user.url,
    orderUrl: order.url,
    tokenOf: authority.tokenOf,
    addOrder: (facts) => {
      orders.set(facts.orderId, facts);
      return facts.orderId;
    },
    setOrder: (orderId, change) => orders.set(orderId, { ...orders.get(orderId)!, ...change }),
    stop: () => Promise.all([user.stop(), order.stop()]),
  };
}

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
