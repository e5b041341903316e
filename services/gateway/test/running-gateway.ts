import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { RunningService } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import type { Config } from '../src/config';
import { startGateway } from '../src/server';

const SERVICES = ['user', 'order', 'billing', 'tenant-data'] as const;
type Service = (typeof SERVICES)[number];

/** A request as it reached a service. */
interface Reached {
  service: Service;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

const pem = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pub: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};

/** The gateway in front of four services that only tell what reached them, or answer as a test says. */
export class RunningGateway {
  readonly reached: Reached[] = [];
  readonly answers: Partial<Record<Service, RequestListener>> = {};
  readonly keys = pem();
  running!: RunningService;
  private servers: Server[] = [];

  static async start(settings: Partial<Config> = {}): Promise<RunningGateway> {
    const gateway = new RunningGateway();
    const [user, order, billing, tenantData] = await Promise.all(SERVICES.map((name) => gateway.listen(name)));
    const config = {
      ...{
        PORT: 0,
        HOST: '127.0.0.1',
        NODE_ENV: 'test',
        APP_ENV: 'local',
        LOG_LEVEL: 'error',
        CORS_ORIGINS: [],
        TRUST_PROXY: [],
      },
      ...{ NOT_AUTHENTICATED_STATUS: 401, REQUEST_TIMEOUT_MS: 2_000, DATABASE_PORT: 3306, DATABASE_POOL: 4 },
      ...{ RATE_LIMIT_DRIVER: 'memory', RATE_LIMIT_FACTOR: 1_000, API_KEYS: {} },
      ...{ SERVICE_KEY: gateway.keys.key, SERVICE_TRUST: { gateway: gateway.keys.pub } },
      ...{ USER_URL: user, ORDER_URL: order, BILLING_URL: billing, TENANT_DATA_URL: tenantData },
      ...settings,
    } as Config;
    const logger = createLogger({ service: 'gateway', level: 'error', stream: new PassThrough().resume() });
    gateway.running = await startGateway(config, logger);
    return gateway;
  }

  get url(): string {
    return this.running.url;
  }

  async stop(): Promise<void> {
    await this.running.stop();
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private async listen(service: Service): Promise<string> {
    const server = createServer((request, response) => {
      this.reached.push({ service, method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      const answer = this.answers[service];
      if (answer) return void answer(request, response);
      request.resume();
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ data: { service } }));
    });
    this.servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
