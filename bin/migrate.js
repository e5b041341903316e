'use strict';
require('./local/node-version');
const { parseArgs } = require('node:util');
const { administratorSettings, connectAsAdministrator } = require('./local/administrator');
const { databaseName } = require('./local/environment');
const { Failure, runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { DATABASE_OWNERS } = require('./local/parts');
const { say } = require('./local/terminal');
const { build } = require('./local/workspace');

const USAGE = 'npm run migrate [-- service ...] [-- --provision]';
const UNKNOWN_DATABASE = 1049;

/**
 * Brings the schemas up to date, of the server that the settings name (DATABASE_HOST, DATABASE_ADMIN_*) or else of the running
 * local stack. `--provision` first makes each schema and its user, with the password in <SERVICE>_DATABASE_PASSWORD.
 */
async function migrateAll() {
  const { values, positionals } = parseArgs({ options: { provision: { type: 'boolean' } }, allowPositionals: true });
  const services = chosen(positionals);
  await build();
  const settings = await administratorSettings();
  if (values.provision) refuseWithoutPasswords(services, settings);
  const admin = await connectAsAdministrator(settings);
  try {
    let applied = 0;
    for (const service of services) applied += await migrateService(admin, service, values.provision && settings);
    say(`Schemas up to date: ${services.length}. Changes applied: ${applied}.`);
  } finally {
    await admin.end();
  }
}

function chosen(names) {
  const unknown = names.filter((name) => !DATABASE_OWNERS.includes(name));
  if (unknown.length > 0)
    throw new Failure(`No service with a schema: ${unknown.join(', ')}`, `choose of ${DATABASE_OWNERS.join(', ')}`);
  return names.length > 0 ? names : DATABASE_OWNERS;
}

const passwordOf = (service) => require(inRoot('libs', 'config', 'dist')).passwordSetting(service);

function refuseWithoutPasswords(services, settings) {
  const missing = services.map(passwordOf).filter((name) => !settings[name]);
  if (missing.length > 0) throw new Failure('--provision needs a password for each service', `set ${missing.join(', ')}`);
}

async function migrateService(admin, service, provisioning) {
  const { migrate, provision } = require(inRoot('libs', 'database', 'dist', 'migrator'));
  const database = databaseName(service);
  if (provisioning) await provision(admin, { service, database, user: database, password: provisioning[passwordOf(service)] });
  const folder = inRoot('db-changes', service);
  const applied = await migrate(admin, { service, database, folder, log: say }).catch((error) => {
    if (error.errno !== UNKNOWN_DATABASE) throw error;
    throw new Failure(error.message, 'make the schemas and users first: npm run migrate -- --provision');
  });
  if (applied.length === 0) say(`${service}: nothing to apply`);
  return applied.length;
}

runWord('migrate', migrateAll, USAGE);
