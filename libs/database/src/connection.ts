import type { Logger } from '@polycloud/logger';
import { Sequelize } from 'sequelize';
import { showPool } from './pool-metrics';
import { endByDriver } from './transaction';

/** The settings of the environment that lead to a schema; DATABASE_POOL is the most connections of this process. */
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
const PREPARED = 100;

/** Longest wait for a free connection, milliseconds: well under the deadline of a request. */
const ACQUIRE_MS = 1_500;

/**
 * A pool to the service's own schema: UTC, utf8mb4, READ COMMITTED (a claim that skips locked rows must not lock the
 * gaps that producers insert into).
 */
export function connectDatabase(settings: DatabaseSettings, logger: Logger): Sequelize {
  logger.info('database', { host: settings.DATABASE_HOST, port: settings.DATABASE_PORT, schema: settings.DATABASE_NAME });
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
  // Said once to each connection: as an option it would be said before each transaction, one round trip more.
  sequelize.addHook('afterConnect', (connection) => setIsolation(connection as Statements));
  endByDriver(sequelize);
  showPool(sequelize);
  return sequelize;
}

const setIsolation = (connection: Statements) =>
  new Promise<void>((resolve, reject) =>
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', (error) => (error ? reject(error) : resolve())),
  );
