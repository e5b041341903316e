import type { Connection, RowDataPacket } from 'mysql2/promise';
import { MigrationError, messageOf } from './errors';
import { quoteName } from './sql';

/** A service's schema and the user that it works as. */
export interface Provision {
  service: string;
  database: string;
  user: string;
  password: string;
}

// A server that resolves no names knows a local client only by its address.
const HOSTS = ['%', '127.0.0.1'];

/**
 * Makes the schema and the service's user: rows of this schema only, neither its structure nor anybody else's. Safe to repeat; the user has the
 * given password afterwards. Throws MigrationError when the administrator may not do it.
 */
export async function provision(admin: Connection, { service, database, user, password }: Provision): Promise<void> {
  try {
    await admin.query(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    const grantee = await grantPattern(admin, database);
    for (const host of HOSTS) {
      await admin.query('CREATE USER IF NOT EXISTS ?@? IDENTIFIED BY ?', [user, host, password]);
      await admin.query('ALTER USER ?@? IDENTIFIED BY ?', [user, host, password]);
      await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${quoteName(grantee)}.* TO ?@?`, [user, host]);
    }
  } catch (cause) {
    throw new MigrationError(`The schema ${database} and user ${user} of ${service} could not be made: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** In the name of a grant `_` matches any character, so it is escaped; under MySQL's partial_revokes names are literal. */
async function grantPattern(admin: Connection, database: string): Promise<string> {
  const [rows] = await admin.query<RowDataPacket[]>("SHOW VARIABLES LIKE 'partial_revokes'");
  return rows[0]?.Value === 'ON' ? database : database.replace(/[_%]/g, '\\$&');
}
