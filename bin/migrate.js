/**
 * `npm run migrate [-- service ...] [-- --provision]`: brings the schemas up to date, of the server that the environment names (DATABASE_HOST or
 * DATABASE_ADMIN_SOCKET, with DATABASE_PORT, DATABASE_ADMIN_USER, DATABASE_ADMIN_PASSWORD) or else of the running local stack.
 * `--provision` first makes each schema and its user, with the password in <SERVICE>_DATABASE_PASSWORD.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..');
const SERVICES = ['user', 'order', 'billing', 'tenant-data'];
const UNKNOWN_DATABASE = 1049;

const wordOf = (service) => service.replaceAll('-', '_');
const schemaOf = (service) => `polycloud_${wordOf(service)}`;
const passwordVariable = (service) => `${wordOf(service).toUpperCase()}_DATABASE_PASSWORD`;

/** How the administrator reaches the server. */
function adminAddress(env) {
  const {
    DATABASE_HOST,
    DATABASE_PORT = '3306',
    DATABASE_ADMIN_SOCKET,
    DATABASE_ADMIN_USER = 'root',
    DATABASE_ADMIN_PASSWORD,
  } = env;
  const login = { user: DATABASE_ADMIN_USER, password: DATABASE_ADMIN_PASSWORD };
  if (DATABASE_ADMIN_SOCKET) return { socketPath: DATABASE_ADMIN_SOCKET, ...login };
  if (DATABASE_HOST) return { host: DATABASE_HOST, port: Number(DATABASE_PORT), ...login };
  const { APP_ENV = 'local' } = env;
  const local = path.join(root, '.local/admin.json');
  if (APP_ENV !== 'local')
    throw new Error(`APP_ENV is ${APP_ENV}, so the server must be named: set DATABASE_HOST and DATABASE_ADMIN_*.`);
  if (!fs.existsSync(local))
    throw new Error('There is no database: start the local stack (npm start), or set DATABASE_HOST and DATABASE_ADMIN_*.');
  return JSON.parse(fs.readFileSync(local, 'utf8'));
}

/** The compiled migrator, built when it is not there. */
function loadMigrator() {
  const library = path.join(root, 'libs/database');
  if (!fs.existsSync(path.join(library, 'dist/migrator/index.js'))) {
    const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', library], {
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error('The migrator could not be built: see above.');
  }
  return require(path.join(library, 'dist/migrator'));
}

function chosenServices(names) {
  const unknown = names.filter((name) => !SERVICES.includes(name));
  if (unknown.length > 0) throw new Error(`No service with a schema: ${unknown.join(', ')}. There are ${SERVICES.join(', ')}.`);
  return names.length > 0 ? names : SERVICES;
}

function refuseWithoutPasswords(services) {
  const missing = services.map(passwordVariable).filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`--provision needs a password for each service: set ${missing.join(', ')}.`);
}

async function migrateService(admin, service, provisioning) {
  const { migrate, provision } = loadMigrator();
  const database = schemaOf(service);
  if (provisioning)
    await provision(admin, { service, database, user: database, password: process.env[passwordVariable(service)] });
  const applied = await migrate(admin, { service, database, folder: path.join(root, 'db-changes', service), log: console.log });
  if (applied.length === 0) console.log(`${service}: nothing to apply`);
  return applied.length;
}

async function main() {
  const { values, positionals } = parseArgs({ options: { provision: { type: 'boolean' } }, allowPositionals: true });
  const services = chosenServices(positionals);
  if (values.provision) refuseWithoutPasswords(services);
  const address = adminAddress(process.env);
  const admin = await require('mysql2/promise').createConnection(address);
  try {
    let applied = 0;
    for (const service of services) applied += await migrateService(admin, service, values.provision);
    console.log(`Schemas up to date: ${services.length}. Changes applied: ${applied}.`);
  } finally {
    await admin.end();
  }
}

main().catch((error) => {
  const mend = error.errno === UNKNOWN_DATABASE ? '. Mend: make the schemas and users first, npm run migrate -- --provision' : '';
  console.error(`${error.message || error.code}${mend}`);
  process.exit(1);
});
