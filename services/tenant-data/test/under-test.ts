import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFactory, type CloudAdapter, type ObjectBody } from '@polycloud/cloud';
import { type InferenceEmulator, startAwsEmulator, startInferenceEmulator } from '@polycloud/emulators';
import type { RunningService } from '@polycloud/http';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import request from 'supertest';
import type { Config } from '../src/config';
import { startTenantData } from '../src/server';
import { type CloudProxy, startCloudProxy } from './cloud-proxy';
import { Neighbours, quiet, SETTINGS } from './neighbours';

const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' };
const BUCKET = 'tenants';
const TEST_TIMEOUT_MS = 60_000;

type StartService = (config: Config) => Promise<Pick<RunningService, 'url' | 'stop'>>;

/** A user with a cloud of his own, as his client sees the service. */
export class Tenant {
  constructor(
    readonly userId: string,
    readonly cloud: CloudAdapter,
    private readonly token: string,
    private readonly url: string,
  ) {}

  get(path: string, headers: Record<string, string> = {}) {
    return request(this.url).get(path).auth(this.token, { type: 'bearer' }).set(headers);
  }

  post(path: string, body: object) {
    return request(this.url).post(path).auth(this.token, { type: 'bearer' }).send(body);
  }

  delete(path: string) {
    return request(this.url).delete(path).auth(this.token, { type: 'bearer' });
  }

  async put(key: string, body: string | ObjectBody, contentType = 'text/csv'): Promise<void> {
    await this.cloud.write(key, typeof body === 'string' ? Buffer.from(body) : body, { contentType });
  }
}

/** The service between its real database, an emulated cloud, and its neighbours. */
export class UnderTest {
  readonly neighbours = new Neighbours();
  private readonly closing: (() => Promise<unknown>)[] = [];
  database!: TestDatabase;
  proxy!: CloudProxy;
  models!: InferenceEmulator;
  service!: Pick<RunningService, 'url' | 'stop'>;

  /** @param startService the service itself: in this process unless said. */
  private constructor(private readonly startService: StartService) {}

  /** Starts everything before the tests of the file that calls it, and ends it after them. */
  static around(startService: StartService = (config) => startTenantData(config, quiet)): UnderTest {
    const under = new UnderTest(startService);
    beforeAll(() => under.start(), TEST_TIMEOUT_MS);
    afterAll(() => under.stop(), TEST_TIMEOUT_MS);
    return under;
  }

  /** A new user on the emulated cloud; below `prefix`, or in a folder of his own. */
  async tenant(connection: Record<string, unknown> = {}): Promise<Tenant> {
    const own = { ...this.connection(), prefix: `users/${Math.random().toString(36).slice(2)}`, ...connection };
    const { userId, token } = this.neighbours.signUp({ provider: 'AWS', connection: own });
    const cloud = await CloudFactory.for('AWS', { ...own, ...CREDENTIALS }, { allowedEndpoints: this.allowed() });
    this.closing.unshift(() => cloud.close());
    return new Tenant(userId, cloud, token, this.service.url);
  }

  connection() {
    return { region: 'us-east-1', bucket: BUCKET, endpoint: this.proxy.url, ...CREDENTIALS };
  }

  private allowed(): string[] {
    return [this.proxy.host, new URL(this.models.url).host];
  }

  private async start(): Promise<void> {
    this.database = await testDatabase('tenant-data');
    this.closing.unshift(() => this.database.close());
    await this.startCloud();
    const peers = await this.neighbours.start();
    this.closing.unshift(() => this.neighbours.stop());
    const { host, port, database, user, password } = this.database;
    const config = {
      ...SETTINGS,
      ...peers,
      NODE_ENV: 'test' as const,
      APP_ENV: 'local',
      LOG_LEVEL: 'error',
      DATABASE_HOST: host,
      DATABASE_PORT: port,
      DATABASE_NAME: database,
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_POOL: 4,
      SERVICE_KEY: this.neighbours.keyOf('tenant-data'),
      SERVICE_TRUST: this.neighbours.trust,
      CLOUD_ENDPOINT_ALLOWLIST: this.allowed(),
      DATA_CACHE_MIB: 8,
    };
    this.service = await this.startService(config);
    this.closing.unshift(() => this.service.stop());
  }

  private async startCloud(): Promise<void> {
    const dataDir = await mkdtemp(join(tmpdir(), 'tenant-data-'));
    this.closing.unshift(() => rm(dataDir, { recursive: true }));
    const emulator = await startAwsEmulator({ port: 0, dataDir, credentials: [CREDENTIALS] });
    this.closing.unshift(() => emulator.stop());
    this.models = await startInferenceEmulator({ port: 0, dataDir, credentials: { aws: [CREDENTIALS] } });
    this.closing.unshift(() => this.models.stop());
    // A copy, since the SDK notes in the credentials where they came from.
    const credentials = { ...CREDENTIALS };
    const s3 = new S3Client({ endpoint: emulator.url, region: 'us-east-1', credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    s3.destroy();
    this.proxy = await startCloudProxy(emulator.url);
    this.closing.unshift(() => this.proxy.stop());
  }

  private async stop(): Promise<void> {
    for (const close of this.closing) await close();
  }
}
