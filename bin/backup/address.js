'use strict';
const { Failure } = require('../local/failure');
const { inLocal, readJson } = require('../local/layout');

/** How the administrator reaches the server: as the environment says (DATABASE_HOST, DATABASE_ADMIN_*), or else the local stack's. */
function adminAddress(environment = process.env) {
  const { DATABASE_HOST: host, DATABASE_PORT: port = '3306', DATABASE_ADMIN_SOCKET: socketPath, APP_ENV = 'local' } = environment;
  const login = { user: environment.DATABASE_ADMIN_USER ?? 'root', password: environment.DATABASE_ADMIN_PASSWORD };
  if (socketPath) return { socketPath, ...login };
  if (host) return { host, port: Number(port), ...login };
  const local = APP_ENV === 'local' && readJson(inLocal('admin.json'));
  if (!local) throw new Failure('No database server is named', 'npm start, or set DATABASE_HOST and DATABASE_ADMIN_*');
  return local;
}

/** A connection of the administrator, by which dates and large numbers pass as the texts that they are stored as. */
function connectAsAdmin(address = adminAddress()) {
  return require('mysql2/promise').createConnection({ ...address, charset: 'utf8mb4', timezone: 'Z' });
}

module.exports = { adminAddress, connectAsAdmin };
