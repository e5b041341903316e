'use strict';
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..');
const ENVIRONMENTS = ['dev', 'qa', 'prod'];
const WORKERS = { order: ['order-worker'] };
const USAGE = `Usage: npm run take-over -- <dev | qa | prod> [service ...] [--systemd]
Brings this machine's processes to the code in this folder: packages, build, schemas, then the processes one after another.`;

const inRoot = (...parts) => path.join(root, ...parts);

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(program)} ${args.join(' ')} failed: see above.`);
}

/** The processes of these services; of all of them when none is named. */
const processesOf = (services) => services.flatMap((service) => [service, ...(WORKERS[service] ?? [])]);

/** A process that runs is replaced without losing a request, one that does not is started; the list is kept for the next boot. */
function byPm2(environment, services) {
  const pm2 = (...args) => run(process.execPath, inRoot('node_modules/pm2/bin/pm2'), ...args);
  const only = services.length > 0 ? ['--only', processesOf(services).join(',')] : [];
  pm2('startOrReload', inRoot('ecosystem.config.js'), '--env', environment, '--update-env', ...only);
  pm2('save');
}

/** One unit after another; the balancer in front sends requests to the other machines meanwhile. */
function bySystemd(_environment, services) {
  const all = ['user', 'billing', 'tenant-data', 'order', 'gateway'];
  for (const name of processesOf(services.length > 0 ? services : all)) run('systemctl', 'restart', `polycloud@${name}.service`);
}

function takeOver() {
  const { values, positionals } = parseArgs({ options: { systemd: { type: 'boolean' } }, allowPositionals: true });
  const [environment, ...services] = positionals;
  if (!ENVIRONMENTS.includes(environment)) throw new Error(USAGE);
  process.env.APP_ENV = environment;
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  run('npm', 'run', 'build');
  // Before the processes: a change of a schema suits the code that runs and the code that comes.
  run('npm', 'run', 'migrate');
  (values.systemd ? bySystemd : byPm2)(environment, services);
}

try {
  takeOver();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
