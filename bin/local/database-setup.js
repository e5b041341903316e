'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const path = require('node:path');
const { namedServer } = require('./administrator');
const mariadb = require('./mariadb');
const { Failure } = require('./failure');
const { inLocal, inRoot, writeJson } = require('./layout');
const { DATABASE_OWNERS } = require('./parts');
const { databaseName } = require('./environment');

const USE_OWN = 'set DATABASE_ADMIN_USER and DATABASE_ADMIN_PASSWORD, which may create schemas and users there';

/** Installs and initialises the private server in a thread of its own, since both keep the thread busy that runs them. */
function prepareServer(note) {
  return new Promise((resolve, reject) => {
    const thread = new Worker(path.join(__dirname, 'database-setup.js'), { workerData: { dir: inLocal() } });
    thread.on('message', note);
    thread.once('error', (error) => reject(new Failure(error.message)));
    thread.once('exit', () => resolve());
  });
}

function prepareInThisThread({ dir }) {
  const report = (text) => parentPort.postMessage(text);
  mariadb.ensureInstalled(report);
  mariadb.initialise({ dir, report });
}

/** Who may create schemas and users: over the socket of the private server, or as the environment says for a given one. */
function administrator({ database }) {
  if (!database.given) return { socketPath: mariadb.socketPath(inLocal()), user: mariadb.adminUser() };
  return namedServer({ ...process.env, DATABASE_HOST: database.host, DATABASE_PORT: database.port });
}

/** Brings every schema up to date and resolves to how many changes were applied. Needs the build. */
async function migrateAll({ settings, secrets }, note = () => {}) {
  const { provision, migrate } = require(inRoot('libs', 'database', 'dist', 'migrator'));
  const admin = administrator(settings);
  writeJson(inLocal('admin.json'), admin);
  const connection = await connect(admin);
  try {
    let applied = 0;
    for (const service of DATABASE_OWNERS) {
      const database = databaseName(service);
      note(service);
      await provision(connection, { service, database, user: database, password: secrets.databasePasswords[service] });
      applied += (await migrate(connection, { service, database, folder: inRoot('db-changes', service), log: note })).length;
    }
    return applied;
  } finally {
    await connection.end();
  }
}

function connect(admin) {
  const { createConnection } = require('mysql2/promise');
  return createConnection(admin).catch((error) => {
    throw new Failure(`The database refuses its administrator ${admin.user}: ${error.message}`, USE_OWN);
  });
}

if (!isMainThread) prepareInThisThread(workerData);

module.exports = { prepareServer, migrateAll };
