'use strict';
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { emulatorEnvironment, serviceEnvironment } = require('../bin/local/environment');
const { DEFAULT_PORTS } = require('../bin/local/ports');
const { EMULATORS, SERVICES } = require('../bin/local/parts');
const { makeSecrets } = require('../bin/local/secrets');

const USAGE = 'Usage: node deploy/compose.js <secrets | prepare>, in the containers of compose.yaml';
// Where the containers see the folder that all of them share.
const dir = process.env.POLYCLOUD_LOCAL_DIR || '/run/settings';
const MYSQL_PORT = 3306;
const NODE_USER = 1000;
const OWN = { mode: 0o600 };

const file = (name) => path.join(dir, name);
const lines = (environment) =>
  Object.entries(environment)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');

/** All containers share one network, so each part has the address that it has in the local stack. */
const stackOf = (events) => ({
  dir,
  settings: { ports: DEFAULT_PORTS, database: { given: true, host: '127.0.0.1', port: MYSQL_PORT }, events },
  secrets: makeSecrets(dir),
});

/** Before anything runs: secrets, the environment of each emulator, and the password of MySQL's administrator. */
function secrets() {
  const stack = stackOf();
  // MySQL reads it as a user of its own.
  if (!fs.existsSync(file('mysql-root')))
    fs.writeFileSync(file('mysql-root'), randomBytes(24).toString('base64url'), { mode: 0o644 });
  for (const { name } of EMULATORS)
    fs.writeFileSync(file(`${name}.env`), lines(emulatorEnvironment(name, stack, `/data/${name}`)), OWN);
}

/** Once MySQL and the emulators run: schemas, buckets and queues, and the settings of each service, which it reads at its start. */
async function prepare() {
  const { makeBuckets } = require('../bin/local/clouds');
  const { makeEventChannel } = require('../bin/local/events');
  const { migrateAll } = require('../bin/local/database-setup');
  Object.assign(process.env, {
    DATABASE_ADMIN_USER: 'root',
    DATABASE_ADMIN_PASSWORD: fs.readFileSync(file('mysql-root'), 'utf8'),
  });
  const stack = stackOf();
  console.log(`${await migrateAll(stack)} changes applied`);
  await makeBuckets(stack);
  const ready = stackOf(await makeEventChannel(stack));
  // A service can write nowhere else.
  const own = { user: { SMS_OUTBOX_FILE: '/tmp/sms-outbox.ndjson' } };
  for (const name of SERVICES)
    fs.writeFileSync(file(`.env.local.${name}`), lines({ ...serviceEnvironment(name, ready), ...own[name] }), OWN);
  letServicesRead(dir);
}

/** Services run as the user node of their image, who has no rights anywhere else. */
function letServicesRead(folder) {
  for (const name of fs.readdirSync(folder, { recursive: true })) fs.chownSync(path.join(folder, name), NODE_USER, NODE_USER);
}

const work = { secrets, prepare }[process.argv[2]];
Promise.resolve(work ? work() : Promise.reject(new Error(USAGE))).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
