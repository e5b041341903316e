'use strict';
const { Failure } = require('./failure');
const { inLocal, inRoot, readJson } = require('./layout');
const { DATABASE_OWNERS } = require('./parts');

/** What the sources of settings say to those who administrate the schemas: the environment, `.env.<APP_ENV>.administrator`, and so on. Needs the build. */
async function administratorSettings() {
  const config = require(inRoot('libs', 'config', 'dist'));
  await config.loadEnvironment('administrator');
  return config.readConfig(config.administratorSettings(DATABASE_OWNERS));
}

/** How the administrator reaches the server that these settings name; undefined when they name none. */
function namedServer(settings) {
  const { DATABASE_HOST: host, DATABASE_PORT: port = 3306, DATABASE_ADMIN_SOCKET: socketPath } = settings;
  const login = { user: settings.DATABASE_ADMIN_USER ?? 'root', password: settings.DATABASE_ADMIN_PASSWORD };
  if (socketPath) return { socketPath, ...login };
  return host ? { host, port: Number(port), ...login } : undefined;
}

/** A connection of the administrator to the server that the settings name, or else to the local stack's. */
async function connectAsAdministrator(settings) {
  const local = (process.env.APP_ENV || 'local') === 'local';
  const address = namedServer(settings) ?? (local ? readJson(inLocal('admin.json')) : undefined);
  if (!address)
    throw new Failure('No database server is named', `${local ? 'npm start, or ' : ''}set DATABASE_HOST and DATABASE_ADMIN_*`);
  return require('mysql2/promise').createConnection({ ...address, charset: 'utf8mb4', timezone: 'Z' });
}

module.exports = { administratorSettings, connectAsAdministrator, namedServer };
