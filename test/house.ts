import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsEmulator, type PaymentSandbox, startAwsEmulator, startPaymentSandbox } from '@polycloud/emulators';
import { createLogger } from '@polycloud/logger';
import type { Stoppable } from '@polycloud/http';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import request from 'supertest';
import { startBilling } from '../services/billing/src/server';
import { startGateway } from '../services/gateway/src/server';
import { startOrder } from '../services/order/src/server';
import { startWorker } from '../services/order/src/worker';
import { startTenantData } from '../services/tenant-data/src/server';
import { startUser } from '../services/user/src/server';

const SERVICES = ['user', 'order', 'billing', 'tenant-data', 'gateway'] as const;
type Service = (typeof SERVICES)[number];
const PLATFORM = { accessKeyId: 'platform', secretAccessKey: 'platform-secret' };
const TENANT = { accessKeyId: 'tenant', secretAccessKey: 'tenant-secret' };
const BUCKET = 'tenants';

interface Credentials {
  email: string;
  password: string;
}

/** A user of the house with a token. */
export interface Resident {
  id: string;
  credentials: Credentials;
  token: string;
  get(path: string): request.Test;
  post(path: string, body?: object): request.Test;
  put(path: string, body: object): request.Test;
  delete(path: string): request.Test;
  /** Puts a dataset into his cloud through a presigned URL. */
  upload(key: string, text: string): Promise<void>;
}

/** Every service, real, in one process: own schemas, emulators that keep what they are given, free ports. */
export class House {
  readonly urls = {} as Record<Service, string>;
  readonly databases = {} as Record<Exclude<Service, 'gateway'>, TestDatabase>;
  aws!: AwsEmulator;
  sandbox!: PaymentSandbox;
  events!: { EVENTS_TOPIC_ARN: string; EVENTS_QUEUE_URL: string; dlqUrl: string };
  private readonly running = new Map<string, Stoppable>();
  private dataDir!: string;
  private common!: Record<string, unknown>;
  private keys!: Record<Service, { key: string; trust: string }>;

  private constructor(private readonly logs: { logFolder?: string; logLevel?: 'info' | 'debug' }) {}

  /** @param options.logFolder has each service log to a file of its name there, at `logLevel` or info. */
  static async start(
    options: { worker?: boolean; order?: Record<string, unknown>; logFolder?: string; logLevel?: 'info' | 'debug' } = {},
  ): Promise<House> {
    const house = new House(options);
    try {
      await house.prepare();
      await house.startServices(options.order ?? {});
      if (options.worker !== false) await house.startWorker();
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  /** A new user with a cloud on the AWS emulator. */
  async resident(options: { cloud?: boolean } = {}): Promise<Resident> {
    const credentials = {
      email: `u${randomBytes(6).toString('hex')}@example.com`,
      password: randomBytes(12).toString('base64url'),
    };
    const gateway = request(this.urls.gateway);
    const { body } = await gateway.post('/user').send({ name: 'Resident', ...credentials });
    const newcomer = this.residentOf(body.data.id, await this.logIn(credentials), credentials);
    if (options.cloud !== false) await this.giveCloud(newcomer);
    return newcomer;
  }

  async giveCloud(resident: Resident): Promise<void> {
    const connection = { region: 'us-east-1', bucket: BUCKET, ...TENANT, endpoint: this.aws.url };
    const { status, text } = await resident.put('/user/cloud', { provider: 'AWS', connection });
    if (status !== 200) throw new Error(`the cloud is not taken: ${text}`);
  }

  /** A user who is an administrator. */
  async admin(): Promise<Resident> {
    const { id, credentials } = await this.resident({ cloud: false });
    await this.databases.user.adminQuery('UPDATE users SET roles = ? WHERE id = ?', ['customer,admin', id]);
    return this.residentOf(id, await this.logIn(credentials), credentials);
  }

  async logIn(credentials: Credentials): Promise<string> {
    const { body } = await request(this.urls.gateway).post('/authentication').send(credentials);
    return body.data.accessToken;
  }

  /** Another instance of the order service; gives its address. */
  async startOrder(name: string): Promise<string> {
    const instance = await startOrder({ ...this.settingsOf('order'), PORT: 0 } as never, this.logger('order'));
    this.running.set(name, instance);
    return instance.url;
  }

  async startWorker(name = 'worker', settings: Record<string, unknown> = {}): Promise<void> {
    this.running.set(name, await startWorker({ ...this.settingsOf('order'), ...settings } as never, this.logger('worker')));
  }

  async stop(name: string): Promise<void> {
    await this.running.get(name)?.stop();
    this.running.delete(name);
  }

  async close(): Promise<void> {
    for (const name of [...this.running.keys()].reverse()) await this.stop(name);
    await Promise.all([
      this.aws.stop(),
      this.sandbox.stop(),
      ...Object.values(this.databases).map((database) => database.close()),
    ]);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private residentOf(id: string, token: string, credentials: Credentials): Resident {
    const gateway = request(this.urls.gateway);
    const bearer = (test: request.Test) => test.set('Authorization', `Bearer ${token}`);
    const resident: Resident = {
      id,
      credentials,
      token,
      get: (path) => bearer(gateway.get(path)),
      post: (path, body) => bearer(gateway.post(path)).send(body),
      put: (path, body) => bearer(gateway.put(path)).send(body),
      delete: (path) => bearer(gateway.delete(path)),
      upload: (key, text) => upload(resident, key, text),
    };
    return resident;
  }

  private async prepare(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'house-'));
    const ports = await Promise.all(SERVICES.map(() => freePort()));
    SERVICES.forEach((service, at) => (this.urls[service] = `http://127.0.0.1:${ports[at]}`));
    this.keys = Object.fromEntries(SERVICES.map((service) => [service, keyPair()])) as typeof this.keys;
    const sandboxKeys = { secretKey: 'sandbox-key', webhookSecret: 'sandbox-webhook-secret' };
    const [aws, sandbox] = await Promise.all([
      startAwsEmulator({ port: 0, dataDir: join(this.dataDir, 'aws'), credentials: [PLATFORM, TENANT] }),
      startPaymentSandbox({
        port: 0,
        dataDir: join(this.dataDir, 'sandbox'),
        ...sandboxKeys,
      }),
      ...SERVICES.filter((service) => service !== 'gateway').map(async (service) => {
        this.databases[service] = await testDatabase(service);
      }),
    ]);
    this.aws = aws;
    this.sandbox = sandbox;
    this.events = await prepareCloud(aws.url);
    this.common = this.commonSettings(sandboxKeys);
  }

  private commonSettings({ secretKey, webhookSecret }: { secretKey: string; webhookSecret: string }) {
    // The SDK of the queue takes its credentials from the environment, as on a real machine.
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: PLATFORM.accessKeyId, AWS_SECRET_ACCESS_KEY: PLATFORM.secretAccessKey });
    return {
      ...{
        NODE_ENV: 'test',
        APP_ENV: 'local',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'error',
        CORS_ORIGINS: [],
        TRUST_PROXY: ['127.0.0.1'],
      },
      ...{ NOT_AUTHENTICATED_STATUS: 401, REQUEST_TIMEOUT_MS: 10_000, METRICS_PORT: 0, NODE_APP_INSTANCE: 0 },
      ...{ DATABASE_POOL: 8, WORKER_CONCURRENCY: 16, WORKER_USER_SHARE: 8, WORKER_LEASE_SECONDS: 2, ORDER_BACKLOG_LIMIT: 10_000 },
      ...{ USER_URL: this.urls.user, ORDER_URL: this.urls.order, BILLING_URL: this.urls.billing },
      TENANT_DATA_URL: this.urls['tenant-data'],
      ...{ QUEUE_DRIVER: 'sns', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: this.aws.url, ...this.events },
      ...{
        CLOUD_ENDPOINT_ALLOWLIST: [new URL(this.aws.url).host],
        CALLBACK_ALLOW_PRIVATE: true,
        EVENTS_PUSH: false,
        DATA_CACHE_MIB: 16,
      },
      ENCRYPTION_KEYS: { current: 'k1', keys: { k1: randomBytes(32).toString('base64') } },
      ...{ SANDBOX_URL: this.sandbox.url, SANDBOX_SECRET_KEY: secretKey, SANDBOX_WEBHOOK_SECRET: webhookSecret },
      ...{ PAYMENT_GATEWAYS: ['sandbox'], PAYMENT_TIMEOUT_MS: 1_000, SETTLE_INTERVAL_MS: 200, RECONCILE_INTERVAL_MS: 3_600_000 },
      PUBLIC_URL: this.urls.gateway,
      ...{ RECONCILE_WINDOW_HOURS: 48, BILLING_COUNTRY: 'KW', SELLER_NAME: 'Polycloud' },
      ...{
        SMS_DRIVER: 'console',
        SMS_OUTBOX_FILE: join(this.dataDir, 'sms.ndjson'),
        ADMIN_EMAILS: [],
        ACCESS_TOKEN_SECONDS: 600,
      },
      ...{ RATE_LIMIT_DRIVER: 'memory', RATE_LIMIT_FACTOR: 1_000, API_KEYS: {} },
      SERVICE_TRUST: Object.fromEntries(SERVICES.map((service) => [service, this.keys[service].trust])),
    };
  }

  /** The settings of a service, as its own process would read them. */
  settingsOf(service: Service): Record<string, unknown> {
    const database = service === 'gateway' ? undefined : this.databases[service];
    return {
      ...this.common,
      PORT: Number(new URL(this.urls[service]).port),
      SERVICE_KEY: this.keys[service].key,
      ...(database && {
        DATABASE_HOST: database.host,
        DATABASE_PORT: database.port,
        DATABASE_NAME: database.database,
        DATABASE_USER: database.user,
        DATABASE_PASSWORD: database.password,
      }),
    };
  }

  private async startServices(orderSettings: Record<string, unknown>): Promise<void> {
    const start = async (name: Service, starter: (config: never, logger: never) => Promise<Stoppable>, settings = {}) =>
      this.running.set(name, await starter({ ...this.settingsOf(name), ...settings } as never, this.logger(name) as never));
    await Promise.all([
      start('user', startUser),
      start('order', startOrder, orderSettings),
      start('billing', startBilling),
      start('tenant-data', startTenantData),
      start('gateway', startGateway),
    ]);
  }

  private logger(service: string) {
    const { logFolder, logLevel = 'info' } = this.logs;
    if (logFolder !== undefined) {
      return createLogger({ service, level: logLevel, stream: createWriteStream(join(logFolder, `${service}.log`)) });
    }
    const level = process.env.LOG_LEVEL ?? 'error';
    return createLogger({ service, level, stream: process.env.LOG_LEVEL ? process.stderr : new PassThrough().resume() });
  }
}

async function upload(resident: Resident, key: string, text: string): Promise<void> {
  const { body } = await resident.post('/data/upload-url', { key, contentType: 'text/csv' });
  const { url, method, headers } = body.data as { url: string; method: string; headers: Record<string, string> };
  const answer = await fetch(url, { method, headers, body: text });
  if (!answer.ok) throw new Error(`the upload answered ${answer.status}: ${await answer.text()}`);
}

/** The bucket of the users, and topic, queue and dead-letter queue of the platform. */
async function prepareCloud(endpoint: string) {
  const at = (credentials: typeof PLATFORM) => ({ endpoint, region: 'us-east-1', credentials: { ...credentials } });
  const s3 = new S3Client({ ...at(TENANT), forcePathStyle: true });
  const [sns, sqs] = [new SNSClient(at(PLATFORM)), new SQSClient(at(PLATFORM))];
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'events' }));
  const { QueueUrl: dlqUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders-dlq' }));
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('orders-dlq'), maxReceiveCount: 5 });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders', Attributes: { RedrivePolicy } }));
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arnOf('orders'), Attributes: { RawMessageDelivery: 'true' } }),
  );
  for (const client of [s3, sns, sqs]) client.destroy();
  return { EVENTS_TOPIC_ARN: TopicArn, EVENTS_QUEUE_URL: QueueUrl, dlqUrl };
}

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    trust: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};

/** Below those that systems give to outgoing connections: one of these might take the port before its service does. */
const PORTS = { from: 10_240, to: 32_767 };

/** A port of the loopback that nobody listens at. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
