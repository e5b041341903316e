import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type Caller, checkAccessToken, ServiceIdentity, signAccessToken } from '@polycloud/auth';
import { AppError, billingInternals, type Infer, type Process, type Provider, processes, tokens } from '@polycloud/contracts';
import { handle, newId, routes, type Routes, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { createLogger } from '@polycloud/logger';

type ServiceName = 'user' | 'order' | 'billing' | 'tenant-data';

export interface Registration {
  provider: Provider;
  connection: Record<string, unknown>;
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }) as string;

export const quiet = createLogger({ service: 'test', level: 'error', stream: new PassThrough() });

export const SETTINGS = {
  HOST: '127.0.0.1',
  PORT: 0,
  CORS_ORIGINS: [],
  TRUST_PROXY: [],
  NOT_AUTHENTICATED_STATUS: 401 as const,
  REQUEST_TIMEOUT_MS: 10_000,
  METRICS_PORT: 0,
  NODE_APP_INSTANCE: 0,
};

/** The user, order and billing services as tenant-data sees them, made from their contracts. */
export class Neighbours {
  readonly clouds = new Map<string, Registration>();
  readonly processes = new Map<string, Infer<typeof Process> & { userId: string }>();
  readonly paidOrders = new Set<string>();
  private readonly signing = keyPair();
  private readonly pairs = { user: keyPair(), order: keyPair(), billing: keyPair(), 'tenant-data': keyPair() };
  private readonly running: RunningService[] = [];

  readonly trust = Object.fromEntries(Object.entries(this.pairs).map(([name, { publicKey }]) => [name, pem(publicKey)]));

  async start(): Promise<{ USER_URL: string; ORDER_URL: string; BILLING_URL: string }> {
    const [user, order, billing] = await Promise.all([
      this.serve('user', this.userRoutes()),
      this.serve('order', this.orderRoutes()),
      this.serve('billing', this.billingRoutes()),
    ]);
    return { USER_URL: user.url, ORDER_URL: order.url, BILLING_URL: billing.url };
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((service) => service.stop()));
  }

  keyOf(name: ServiceName): string {
    return pem(this.pairs[name].privateKey);
  }

  /** A new user's access token; without a registration he has no cloud. */
  signUp(registration?: Registration): { userId: string; token: string } {
    const userId = newId();
    if (registration) this.clouds.set(userId, registration);
    const token = signAccessToken({ userId, sessionId: newId() }, { kid: 'k1', privateKey: this.signing.privateKey });
    return { userId, token };
  }

  private async serve(name: ServiceName, served: Routes): Promise<RunningService> {
    const identity = new ServiceIdentity(name, this.keyOf(name), this.trust);
    const user = () => Promise.reject<Caller>(new AppError('NOT_AUTHENTICATED', 'only services call here'));
    const service = await serve(SETTINGS, served, {
      name,
      logger: quiet,
      authenticator: { user, identity },
      checks: {},
      close: [],
    });
    this.running.push(service);
    return service;
  }

  private userRoutes(): Routes {
    const { publicKey } = this.signing;
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
    return routes(tokens, {
      jwks: handle(tokens.jwks, () => ({ keys: [jwk] })),
      verify: handle(tokens.verify, async ({ body }) => {
        const { userId, sessionId, expiresAt } = await checkAccessToken(body.token, () => Promise.resolve(publicKey));
        const cloud = this.clouds.get(userId)?.provider ?? null;
        return { userId, sessionId, roles: ['customer' as const], cloud, expiresAt: expiresAt.toISOString() };
      }),
      cloudOf: handle(tokens.cloudOf, ({ params }) => {
        const registration = this.clouds.get(params.id);
        if (registration) return registration;
        throw new AppError('CLOUD_NOT_REGISTERED', 'You have registered no cloud', { hint: 'Register one with PUT /user/cloud' });
      }),
    });
  }

  private orderRoutes(): Routes {
    return routes(
      { get: processes.get },
      {
        get: handle(processes.get, ({ params, caller }) => {
          const found = this.processes.get(params.processId);
          if (found?.userId !== caller.userId) throw new AppError('NOT_FOUND', `You have no process ${params.processId}`);
          const { userId: _, ...process } = found;
          return process;
        }),
      },
    );
  }

  private billingRoutes(): Routes {
    return routes(
      { paid: billingInternals.paid },
      {
        paid: handle(billingInternals.paid, ({ params: { orderId } }) => ({ orderId, paid: this.paidOrders.has(orderId) })),
      },
    );
  }
}
