import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@polycloud/logger';
import { openRateLimitStore, type RateLimitSettings, type RateLimitStore } from '@polycloud/rate-limit';
import { testDatabase } from '@polycloud/test-kit';

interface Driver {
  settings: RateLimitSettings;
  /** Takes the store away. */
  fail?: () => Promise<unknown>;
  close: () => Promise<unknown>;
}

const logger = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

const drivers: Record<string, () => Promise<Driver>> = {
  memory: () => Promise.resolve({ settings: { RATE_LIMIT_DRIVER: 'memory' }, close: () => Promise.resolve() }),
  mysql: async () => {
    const own = await testDatabase('gateway');
    const login = { DATABASE_NAME: own.database, DATABASE_USER: own.user, DATABASE_PASSWORD: own.password };
    const settings = { DATABASE_HOST: own.host, DATABASE_PORT: own.port, ...login, DATABASE_POOL: 4 };
    const fail = () => own.adminQuery('DROP TABLE rate_limits');
    return { settings: { RATE_LIMIT_DRIVER: 'mysql', ...settings }, fail, close: () => own.close() };
  },
  ...(hasRedis && { redis: startRedis }),
};

async function startRedis(): Promise<Driver> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
  for await (const line of server.stdout) if (String(line).includes('Ready to accept')) break;
  const stop = () => ended(server);
  return { settings: { RATE_LIMIT_DRIVER: 'redis', REDIS_URL: `redis://127.0.0.1:${port}` }, fail: stop, close: stop };
}

/** Resolves once the store counts where the other one does: until it is connected, its own memory counts. */
async function reached(store: RateLimitStore, other: RateLimitStore): Promise<void> {
  const plenty = { name: 'probe', requests: 10_000, seconds: 60 };
  const seen = async (from: RateLimitStore) => (await from.limiter(plenty).take('probe')).remaining;
  for (;;) {
    const [before, after] = [await seen(other), await seen(store)];
    if (after === before - 1) return;
    await pause(20);
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

if (!hasRedis) console.warn('The driver redis is not tried: there is no redis-server (apt-get install redis-server).');

describe.each(Object.entries(drivers))('the driver %s', (name, start) => {
  const shared = name !== 'memory';
  const allowance = { name: 'read', requests: 3, seconds: 60 };
  let driver: Driver;
  let stores: RateLimitStore[];

  beforeAll(async () => {
    driver = await start();
    stores = await Promise.all([1, 2].map(() => openRateLimitStore(driver.settings, logger)));
    for (const store of shared ? stores : []) await reached(store, stores[0]!);
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await driver.close();
  });

  it('allows what the allowance says, then refuses and says until when', async () => {
    const limiter = stores[0]!.limiter(allowance);
    const verdicts = [];
    for (let at = 0; at < 4; at++) verdicts.push(await limiter.take('one'));
    expect(verdicts.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(verdicts[3]?.resetSeconds).toBeGreaterThan(50);
    expect(verdicts[3]?.resetSeconds).toBeLessThanOrEqual(60);
  });

  it('counts each client and each allowance for itself', async () => {
    await stores[0]!.limiter(allowance).take('two');
    const other = await stores[0]!.limiter({ ...allowance, name: 'write' }).take('two');
    expect(other.remaining).toBe(2);
    expect((await stores[0]!.limiter(allowance).take('three')).remaining).toBe(2);
  });

  it('begins anew when the time is over', async () => {
    const limiter = stores[0]!.limiter({ name: 'short', requests: 1, seconds: 1 });
    expect([await limiter.take('x'), await limiter.take('x')].map(({ allowed }) => allowed)).toEqual([true, false]);
    while (!(await limiter.take('x')).allowed) await pause(50);
  });

  it('loses no count when many requests come at once', async () => {
    const limiter = stores[0]!.limiter({ name: 'many', requests: 20, seconds: 60 });
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => limiter.take('crowd')));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(20);
  });

  it(shared ? 'counts for all instances together' : 'counts for its own instance', async () => {
    await stores[0]!.limiter(allowance).take('shared');
    expect((await stores[1]!.limiter(allowance).take('shared')).remaining).toBe(shared ? 1 : 2);
  });

  if (shared)
    it('goes on counting in memory when the store is gone', async () => {
      const limiter = stores[0]!.limiter({ name: 'gone', requests: 2, seconds: 60 });
      await limiter.take('x');
      await driver.fail?.();
      const verdicts = [await limiter.take('x'), await limiter.take('x'), await limiter.take('x')];
      expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    });
});
