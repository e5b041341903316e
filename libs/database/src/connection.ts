import type { Logger } from '@polycloud/logger';
import { Sequelize } from 'sequelize';
import { showPool } from './pool-metrics';
import { endByDriver } from './transaction';

/** The settings of the environment that lead to a schema; DATABASE_POOL is the most connections of each pool of this process. */
export interface DatabaseSettings {
  DATABASE_HOST: string;
  DATABASE_PORT: number;
  DATABASE_NAME: string;
  DATABASE_USER: string;
  DATABASE_PASSWORD: string;
  DATABASE_POOL: number;
}

/** Columns are snake_case in the database and camelCase in the models; tables bear the model's name; no column is implied. */
export const TABLE_STYLE = { underscored: true, freezeTableName: true, timestamps: false } as const;

interface Statements {
  query(sql: string, done: (error: Error | null) => void): void;
}

/** Statements that a connection keeps prepared; the server bounds those of all its clients together (16,382). */
const PREPARED = 50;

/** Longest wait for a free connection, milliseconds: well under the deadline of a request. */
const ACQUIRE_MS = 1_500;

const READ_COMMITTED = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

/**
 * Two pools to the service's own schema: UTC, utf8mb4, READ COMMITTED (a claim that skips locked rows must not lock the
 * gaps that producers insert into). On the connections of the second one every statement belongs to a transaction, which
 * therefore need not be begun: one round trip fewer for each.
 */
export function connectDatabase(settings: DatabaseSettings, logger: Logger): Sequelize {
  logger.info('database', { host: settings.DATABASE_HOST, port: settings.DATABASE_PORT, schema: settings.DATABASE_NAME });
  const single = openPool(settings, [READ_COMMITTED]);
  const transactions = openPool(settings, [READ_COMMITTED, 'SET SESSION autocommit = 0']);
  endByDriver(transactions);
  const close = single.close.bind(single);
  return Object.assign(single, {
    transaction: transactions.transaction.bind(transactions),
    close: async () => void (await Promise.all([close(), transactions.close()])),
  });
}

/** @param introduction said once to each connection: as an option it would be said before each transaction, one round trip more */
function openPool(settings: DatabaseSettings, introduction: readonly string[]): Sequelize {
  const sequelize = new Sequelize(settings.DATABASE_NAME, settings.DATABASE_USER, settings.DATABASE_PASSWORD, {
    dialect: 'mysql',
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    timezone: '+00:00',
    pool: { min: 0, max: settings.DATABASE_POOL, acquire: ACQUIRE_MS, idle: 60_000 },
    // The driver's own types: Sequelize would have each value of each row pass through a parser of its own, times through moment.
    // 'Z' is what it reads as UTC without a detour over text.
    dialectOptions: {
      timezone: 'Z',
      charset: 'utf8mb4',
      connectTimeout: 2_000,
      maxPreparedStatements: PREPARED,
      supportBigNumbers: true,
      stringifyObjects: true,
      typeCast: true,
    },
    define: TABLE_STYLE,
    // Statements carry values, and values may be secrets: none is logged, at any level.
    logging: false,
  });
  // Sequelize 6 knows `skipLocked` but drops it for this dialect unless told that the server supports it.
  (sequelize as unknown as { dialect: { supports: { skipLocked: boolean } } }).dialect.supports.skipLocked = true;
  sequelize.addHook('afterConnect', async (connection) => {
    for (const sql of introduction) await say(connection as Statements, sql);
  });
  showPool(sequelize);
  return sequelize;
}

const say = (connection: Statements, sql: string) =>
  new Promise<void>((resolve, reject) => connection.query(sql, (error) => (error ? reject(error) : resolve())));
