import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Caller, ServiceIdentity } from '@polycloud/auth';
import { billingInternals, type Infer, type Money, type OrderStatus } from '@polycloud/contracts';
import { clientOf, type ClientOf, newId, type RunningService } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import { type PaymentSandbox, startPaymentSandbox } from '../../../emulators/src/payment-sandbox';
import { type Config } from '../src/config';
import { startBilling } from '../src/server';
import { configFor, SANDBOX_KEYS } from './bench-config';
import { type Neighbours, startNeighbours } from './neighbours';
import { TestUser } from './test-user';

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = { privateKey: { type: 'pkcs8', format: 'pem' }, publicKey: { type: 'spki', format: 'pem' } } as const;
  return { key: privateKey.export(pem.privateKey) as string, trust: publicKey.export(pem.publicKey) as string };
};

interface BenchOptions {
  /** How many billing services run side by side. */
  instances?: number;
  /** Whether the gateway sends its webhooks to the first of them. */
  webhooks?: boolean;
  settings?: Partial<Config>;
}

interface Parts {
  db: TestDatabase;
  sandbox: PaymentSandbox;
  neighbours: Neighbours;
  instances: RunningService[];
  saga: ClientOf<typeof billingInternals>[];
  config: Config;
  dataDir: string;
}

/** A charge as the sandbox's own ledger holds it. */
export interface LedgerCharge {
  id: string;
  attempt: string;
  orderRef: string;
  status: string;
  amount: number;
  currency: string;
  refunded: number;
}

/** The billing service as it really runs, with a real database, the sandbox gateway, and neighbours that keep the contracts. */
export class BillingBench {
  readonly db: TestDatabase;
  readonly sandbox: PaymentSandbox;
  readonly neighbours: Neighbours;
  readonly instances: RunningService[];
  /** The order service's way in, one for each instance. */
  readonly saga: Parts['saga'];
  readonly config: Config;

  private constructor(private readonly parts: Parts) {
    ({
      db: this.db,
      sandbox: this.sandbox,
      neighbours: this.neighbours,
      instances: this.instances,
      saga: this.saga,
      config: this.config,
    } = parts);
  }

  static async start(options: BenchOptions = {}): Promise<BillingBench> {
    const keys = Object.fromEntries(['billing', 'order', 'user'].map((name) => [name, keyPair()]));
    const trust = Object.fromEntries(Object.entries(keys).map(([name, pair]) => [name, pair.trust]));
    const identity = (name: string) => new ServiceIdentity(name, keys[name]!.key, trust);
    const dataDir = await mkdtemp(join(tmpdir(), 'billing-sandbox-'));
    const [db, sandbox, neighbours] = await Promise.all([
      testDatabase('billing'),
      startPaymentSandbox({ port: 0, dataDir, ...SANDBOX_KEYS, webhookPauseMs: 50 }),
      startNeighbours({ user: identity('user'), order: identity('order') }),
    ]);
    const config = { ...configFor(db, sandbox, neighbours), SERVICE_KEY: keys.billing!.key, SERVICE_TRUST: trust };
    const bench = new BillingBench({ db, sandbox, neighbours, instances: [], saga: [], dataDir, config });
    try {
      await bench.startInstances(options, identity('order'));
      return bench;
    } catch (error) {
      await bench.stop();
      throw error;
    }
  }

  private async startInstances(options: BenchOptions, order: ServiceIdentity): Promise<void> {
    const logger = createLogger({ service: 'billing', level: process.env.LOG_LEVEL ?? 'error', stream: logStream() });
    // The gateway must know where to send its webhooks before the first instance listens.
    const port = options.webhooks ? await freePort() : 0;
    const publicUrl = options.webhooks ? { PUBLIC_URL: `http://127.0.0.1:${port}` } : {};
    for (let at = 0; at < (options.instances ?? 1); at++) {
      const settings = { ...this.config, ...publicUrl, PORT: at === 0 ? port : 0, ...options.settings };
      const instance = await startBilling(settings, logger);
      this.instances.push(instance);
      this.saga.push(clientOf(billingInternals, { name: 'billing', url: instance.url, identity: order, timeoutMs: 15_000 }));
    }
  }

  /** A signed-in user. */
  user(caller: Partial<Caller> = {}): TestUser {
    const full: Caller = { userId: newId(), roles: ['customer'], cloud: 'AWS', sessionId: newId(), ...caller };
    return new TestUser(full, this.neighbours.tokenOf(full), this.instances);
  }

  /** An order that the order service knows. */
  order(owner: { userId: string }, total: Infer<typeof Money>, status: OrderStatus = 'accepted'): string {
    return this.neighbours.addOrder({ orderId: newId(), userId: owner.userId, status, total });
  }

  /** The charges of an order as the gateway holds them now. */
  async chargesOf(orderId: string): Promise<LedgerCharge[]> {
    return (await this.charges()).filter(({ orderRef }) => orderRef === orderId);
  }

  async charges(): Promise<LedgerCharge[]> {
    const { data } = (await (await fetch(`${this.sandbox.url}/_emulator/ledger`)).json()) as {
      data: { charge?: LedgerCharge }[];
    };
    const latest = new Map(data.flatMap(({ charge }) => (charge ? [[charge.id, charge]] : [])));
    return [...latest.values()];
  }

  async faults(faults: object): Promise<void> {
    await fetch(`${this.sandbox.url}/_emulator/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  }

  /** What the payer decides on the gateway's own page. */
  async payer(reference: string, decision: 'approve' | 'decline'): Promise<void> {
    await fetch(`${this.sandbox.url}/v1/charges/${reference}/confirm`, { method: 'POST', body: JSON.stringify({ decision }) });
  }

  async stop(): Promise<void> {
    await Promise.all(this.saga.map((client) => client.close()));
    await Promise.all(this.instances.map((instance) => instance.stop()));
    await Promise.all([this.sandbox.stop(), this.neighbours.stop()]);
    await this.db.close();
    await rm(this.parts.dataDir, { recursive: true });
  }
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

const PATIENCE_MS = 60_000;

/** Waits until `look` gives something true; throws when it does not for longer than anything here may take. */
export async function until<T>(look: () => Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`It never came: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const logStream = () => (process.env.LOG_LEVEL ? process.stdout : new PassThrough().resume());
