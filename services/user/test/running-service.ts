import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ServiceIdentity } from '@polycloud/auth';
import { Encryption } from '@polycloud/encryption';
import type { RunningService } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import request from 'supertest';
import type { Config } from '../src/config';
import { startUser } from '../src/server';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pub: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};

/** Clients that keep a connection are told for a second that it ends; those of a test need not be. */
async function stopAtOnce(running: RunningService): Promise<void> {
  running.server.closeIdleConnections();
  await new Promise(setImmediate);
  await running.stop();
}

export const PASSWORD = 'a long phrase of mine';

/** A user who has registered and logged in. */
export interface Person {
  id: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

/** The whole service over a schema of its own, with what tests need to arrange and to look. */
export class RunningUserService {
  readonly logged: string[] = [];

  private constructor(
    readonly running: RunningService,
    readonly database: TestDatabase,
    readonly config: Config,
    readonly peer: ServiceIdentity,
    private readonly folder: string,
  ) {}

  static async start(overrides: Partial<Config> = {}): Promise<RunningUserService> {
    const database = await testDatabase('user');
    const folder = await mkdtemp(join(tmpdir(), 'user-service-'));
    const [own, order] = [pair(), pair()];
    const trust = { user: own.pub, order: order.pub };
    const config: Config = {
      ...{ PORT: 0, HOST: '127.0.0.1', NODE_ENV: 'test', APP_ENV: 'local', LOG_LEVEL: 'info', CORS_ORIGINS: [] },
      ...{
        TRUST_PROXY: ['127.0.0.1'],
        NOT_AUTHENTICATED_STATUS: 401,
        REQUEST_TIMEOUT_MS: 10_000,
        METRICS_PORT: 0,
        NODE_APP_INSTANCE: 0,
      },
      DATABASE_HOST: database.host,
      DATABASE_PORT: database.port,
      DATABASE_NAME: database.database,
      DATABASE_USER: database.user,
      DATABASE_PASSWORD: database.password,
      DATABASE_POOL: 16,
      SERVICE_KEY: own.key,
      SERVICE_TRUST: trust,
      ENCRYPTION_KEYS: { current: 'k1', keys: { k1: randomBytes(32).toString('base64') } },
      CLOUD_ENDPOINT_ALLOWLIST: [],
      SMS_DRIVER: 'console',
      SMS_OUTBOX_FILE: join(folder, 'outbox.ndjson'),
      ADMIN_EMAILS: ['boss@example.com'],
      ACCESS_TOKEN_SECONDS: 600,
      ...overrides,
    };
    const stream = new PassThrough();
    const logger = createLogger({ service: 'user', level: config.LOG_LEVEL, stream });
    const running = await startUser(config, logger);
    const service = new RunningUserService(running, database, config, new ServiceIdentity('order', order.key, trust), folder);
    stream.on('data', (line: Buffer) => service.logged.push(line.toString()));
    return service;
  }

  async stop(): Promise<void> {
    await stopAtOnce(this.running);
    await this.database.close();
    await rm(this.folder, { recursive: true });
  }

  get http() {
    return request(this.running.url);
  }

  /** A further process of the same service, over the same schema. */
  async another(overrides: Partial<Config> = {}): Promise<RunningService> {
    const logger = createLogger({ service: 'user', level: 'error', stream: new PassThrough() });
    const running = await startUser({ ...this.config, ...overrides }, logger);
    return { ...running, stop: () => stopAtOnce(running) };
  }

  register(overrides: Record<string, unknown> = {}) {
    return this.http
      .post('/user')
      .send({ name: 'Sara Ali', email: `${randomUUID()}@example.com`, password: PASSWORD, ...overrides });
  }

  logIn(email: string, password = PASSWORD) {
    return this.http.post('/authentication').send({ email, password });
  }

  /** Registers and logs in. */
  async person(overrides: Record<string, unknown> = {}): Promise<Person> {
    const registered = await this.register(overrides);
    const { id, email } = registered.body.data;
    const password = (overrides['password'] as string | undefined) ?? PASSWORD;
    const { accessToken, refreshToken } = (await this.logIn(email, password)).body.data;
    return { id, email, password, accessToken, refreshToken };
  }

  details(token: string) {
    return this.http.get('/user/details').auth(token, { type: 'bearer' });
  }

  refresh(refreshToken: string) {
    return this.http.post('/authentication/refresh').send({ refreshToken });
  }

  /** A token of the order service, for the user service. */
  serviceToken(onBehalfOf?: Parameters<ServiceIdentity['tokenFor']>[1], audience = 'user'): string {
    return this.peer.tokenFor(audience, onBehalfOf);
  }

  verifyAtService(token: string) {
    return this.http.post('/internal/tokens/verify').auth(this.serviceToken(), { type: 'bearer' }).send({ token });
  }

  /** The private key that signs at the moment, read the way the service reads it. */
  async signingKey(): Promise<{ kid: string; privateKey: KeyObject; publicJwk: Record<string, unknown> }> {
    const [row] = await this.database.adminQuery<{ kid: string; sealed: string; jwk: string }>(
      'SELECT kid, sealed_private_key AS sealed, public_jwk AS jwk FROM signing_keys ORDER BY generation LIMIT 1',
    );
    if (!row) throw new Error('no signing key');
    const pem = new Encryption(this.config.ENCRYPTION_KEYS).open(row.sealed, `signing-key:${row.kid}`);
    return { kid: row.kid, privateKey: createPrivateKey(pem), publicJwk: JSON.parse(row.jwk) };
  }

  async count(table: string): Promise<number> {
    const [row] = await this.database.adminQuery<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
    return Number(row?.n);
  }
}
