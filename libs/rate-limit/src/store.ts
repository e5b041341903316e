import type { DatabaseSettings } from '@polycloud/database';
import type { Logger } from '@polycloud/logger';
import { RateLimiterMemory, RateLimiterMySQL, RateLimiterRedis } from 'rate-limiter-flexible';
import { type Allowance, RateLimiter } from './limiter';

/** Which driver counts, and what it needs: REDIS_URL for redis, a schema with the table rate_limits for mysql. */
export type RateLimitSettings =
  | { RATE_LIMIT_DRIVER: 'memory' }
  | { RATE_LIMIT_DRIVER: 'redis'; REDIS_URL: string }
  | ({ RATE_LIMIT_DRIVER: 'mysql' } & DatabaseSettings);

/** Where requests are counted. The drivers redis and mysql count for all instances together, memory for this one. */
export interface RateLimitStore {
  limiter(allowance: Allowance): RateLimiter;
  close(): Promise<void>;
}

/** Opens the store. A store that fails later is stood in for by this instance's own memory, so that no request waits for it. */
export async function openRateLimitStore(settings: RateLimitSettings, logger: Logger): Promise<RateLimitStore> {
  if (settings.RATE_LIMIT_DRIVER === 'redis') return redisStore(settings.REDIS_URL, logger);
  if (settings.RATE_LIMIT_DRIVER === 'mysql') return mysqlStore(settings, logger);
  return {
    limiter: (allowance) => new RateLimiter(allowance, new RateLimiterMemory(optionsOf(allowance))),
    close: async () => {},
  };
}

const optionsOf = ({ name, requests, seconds }: Allowance) => ({ keyPrefix: name, points: requests, duration: seconds });

/** A client over his limit is refused from memory, so refusals do not load the store. */
const sparing = (allowance: Allowance) => ({
  ...optionsOf(allowance),
  inMemoryBlockOnConsumed: allowance.requests + 1,
  insuranceLimiter: new RateLimiterMemory(optionsOf(allowance)),
});

// What only one driver needs is loaded with it: either client is a good part of the gateway's start-up and memory.

async function redisStore(url: string, logger: Logger): Promise<RateLimitStore> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: 1_000 });
  redis.on('error', (error) => logger.warn('redis does not count requests, memory does', { error }));
  const limiter = (allowance: Allowance) =>
    new RateLimiter(allowance, new RateLimiterRedis({ ...sparing(allowance), storeClient: redis, rejectIfRedisNotReady: true }));
  return { limiter, close: () => Promise.resolve(redis.disconnect()) };
}

async function mysqlStore(settings: DatabaseSettings, logger: Logger): Promise<RateLimitStore> {
  const { connectDatabase } = await import('@polycloud/database');
  const database = connectDatabase(settings, logger);
  const table = { dbName: settings.DATABASE_NAME, tableName: 'rate_limits', tableCreated: true };
  const limiter = (allowance: Allowance) =>
    new RateLimiter(
      allowance,
      new RateLimiterMySQL({ ...sparing(allowance), ...table, storeClient: database, storeType: 'sequelize' }),
    );
  return { limiter, close: () => database.close() };
}
