import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { migrate, provision } from '@polycloud/database/migrator';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

/** A service's schema for one test file, reached as the service's own user of few rights. */
export interface TestDatabase {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Runs one statement as administrator in this schema, to arrange and to look; resolves to its rows. */
  adminQuery<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
  /** Drops the schema and its user. */
  close(): Promise<void>;
}

const ALL_CHANGES = join(__dirname, '../../../db-changes');

/**
 * A new, provisioned and migrated schema of `service` on the test server, with a name of its own. `folder` holds the changes: the service's real
 * ones unless said. Throws when the test server is not there (the tests run through `npm test`).
 */
export async function testDatabase(service: string, folder = join(ALL_CHANGES, service)): Promise<TestDatabase> {
  const admin = await connectAsAdmin();
  const name = `t_${service.slice(0, 15).replaceAll('-', '_')}_${randomBytes(6).toString('hex')}`;
  const login = { database: name, user: name, password: randomBytes(12).toString('base64url') };
  try {
    await provision(admin, { service, ...login });
    await migrate(admin, { service, database: name, folder });
  } catch (error) {
    // An open connection would keep the test run from ending.
    await dropEverything(admin, name);
    throw error;
  }
  return {
    host: process.env.TEST_DATABASE_HOST ?? '127.0.0.1',
    port: Number(process.env.TEST_DATABASE_PORT),
    ...login,
    adminQuery: async <Row>(sql: string, params: unknown[] = []) => (await admin.query<RowDataPacket[]>(sql, params))[0] as Row[],
    close: () => dropEverything(admin, name),
  };
}

/** A connection of the administrator to the test server, with no schema chosen; the caller ends it. */
export async function connectAsAdmin(): Promise<Connection> {
  const { TEST_DATABASE_SOCKET, TEST_DATABASE_HOST, TEST_DATABASE_PORT, TEST_DATABASE_ADMIN_USER, TEST_DATABASE_ADMIN_PASSWORD } =
    process.env;
  if (!TEST_DATABASE_PORT)
    throw new Error('There is no test database: run the tests with `npm test`, for example `npm test -- libs/database`.');
  const address = TEST_DATABASE_SOCKET
    ? { socketPath: TEST_DATABASE_SOCKET }
    : { host: TEST_DATABASE_HOST, port: Number(TEST_DATABASE_PORT) };
  return createConnection({ ...address, user: TEST_DATABASE_ADMIN_USER, password: TEST_DATABASE_ADMIN_PASSWORD, timezone: 'Z' });
}

async function dropEverything(admin: Connection, name: string): Promise<void> {
  await admin.query('DROP DATABASE IF EXISTS ??', [name]);
  await admin.query("DROP USER IF EXISTS ?@'%', ?@'127.0.0.1'", [name, name]);
  await admin.end();
}
