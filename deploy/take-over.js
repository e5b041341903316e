'use strict';
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Failure, runWord } = require('../bin/local/failure');
const { inRoot, root } = require('../bin/local/layout');
const { SERVICES, WORKERS } = require('../bin/local/parts');
const { dependenciesAreInstalled } = require('../bin/local/workspace');
const { apps, deploy } = require('../ecosystem.config.js');
const { trial } = require('./trial');

const USAGE = 'npm run take-over -- <dev | qa | prod> [service ...] [--systemd]';

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Failure(`${path.basename(program)} ${args.join(' ')} failed`, 'see above');
}

/** The processes of these services; of all of them when none is named. */
const processesOf = (services) =>
  services.flatMap((service) => [service, ...WORKERS.filter((worker) => worker.service === service).map(({ name }) => name)]);

/** A process that runs is replaced without losing a request, one that does not is started; the list is kept for the next boot. */
async function byPm2(environment, services) {
  const names = processesOf(services.length > 0 ? services : SERVICES);
  // pm2 gives up the process that serves even for one that never will.
  for (const app of apps) if (names.includes(app.name)) await trial(app, environment);
  const pm2 = (...args) => run(process.execPath, inRoot('node_modules/pm2/bin/pm2'), ...args);
  pm2('startOrReload', inRoot('ecosystem.config.js'), '--env', environment, '--update-env', '--only', names.join(','));
  pm2('save');
}

/** One unit after another; the balancer in front sends requests to the other machines meanwhile. */
function bySystemd(_environment, services) {
  for (const name of processesOf(services.length > 0 ? services : SERVICES))
    run('systemctl', 'restart', `polycloud@${name}.service`);
}

/** Brings this machine's processes to the code in this folder: packages, build, schemas, then the processes one after another. */
async function takeOver() {
  const { values, positionals } = parseArgs({ options: { systemd: { type: 'boolean' } }, allowPositionals: true });
  const [environment, ...services] = positionals;
  if (!Object.hasOwn(deploy, environment ?? '')) throw new Failure(`There is no environment ${environment ?? ''}`, USAGE);
  process.env.APP_ENV = environment;
  // The processes of the former code load some packages late, so packages are touched only when others are asked for.
  if (!dependenciesAreInstalled()) run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  run('npm', 'run', 'build');
  // Before the processes: a change of a schema suits the code that runs and the code that comes.
  run('npm', 'run', 'migrate');
  await (values.systemd ? bySystemd : byPm2)(environment, services);
}

runWord('take-over', takeOver, USAGE);
