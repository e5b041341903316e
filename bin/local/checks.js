'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { MINIMUM } = require('./node-version');
const { mayInstall } = require('./apt');
const { findServer } = require('./mariadb');
const { localDir, root } = require('./layout');
const { findLeftovers } = require('./leftovers');
const { DEFAULT_PORTS, choosePorts, describeHolder, holderOf, isFree } = require('./ports');
const { SERVICES } = require('./parts');
const pm2 = require('./pm2');
const { accepts, unreadiness } = require('./readiness');
const { readSettings } = require('./settings');
const { dependenciesAreInstalled } = require('./workspace');

const LEAST_DISK_GB = 2;
const ok = (title, detail) => ({ ok: true, title, detail });
const problem = (title, detail, mend) => ({ ok: false, title, detail, mend });

const node = () => ok('Node', `${process.versions.node} (${MINIMUM} or newer is needed)`);

function npm() {
  const { status, stdout } = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  return status === 0
    ? ok('npm', stdout.trim())
    : problem('npm', 'is not in PATH', 'install it with Node, or: apt-get install npm');
}

function dependencies() {
  return ok('Dependencies', dependenciesAreInstalled() ? 'installed' : 'not installed as the lock says; npm start does it');
}

async function database() {
  const { DATABASE_HOST: host, DATABASE_PORT: port = '3306' } = process.env;
  if (host) return givenDatabase(host, Number(port));
  const found = findServer();
  if (found) return ok('Database server', found.server);
  if (mayInstall()) return ok('Database server', 'not installed; npm start installs it with apt');
  const mend = 'sudo apt-get install mariadb-server-core mariadb-client-core, or set DATABASE_HOST';
  return problem('Database server', 'not installed, and this user may not install it', mend);
}

async function givenDatabase(host, port) {
  if (await accepts(port, host)) return ok('Database server', `${host}:${port} (DATABASE_HOST) answers`);
  return problem('Database server', `${host}:${port} (DATABASE_HOST) does not answer`, 'start it, or unset DATABASE_HOST');
}

async function ports() {
  const chosen = choosePorts(process.env.PORT_BASE, readSettings()?.ports);
  const ours = await pm2.onlineNames();
  const names = Object.keys(DEFAULT_PORTS).filter((name) => !ours.includes(name));
  const free = await Promise.all(names.map((name) => isFree(chosen[name])));
  const left = findLeftovers(); // told by their own check
  const taken = names.filter((name, at) => !free[at] && !left.includes(holderOf(chosen[name])?.pid));
  if (taken.length === 0) return ok('Ports', ours.length > 0 ? 'held by the running stack' : 'all free');
  const mend = 'stop that process, or move the whole stack: PORT_BASE=18080 npm start';
  return taken.map((name) => problem('Ports', describeHolder(name, chosen[name]), mend));
}

function disk() {
  const { bavail, bsize } = fs.statfsSync(root);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= LEAST_DISK_GB) return ok('Disk space', `${free.toFixed(1)} GB free`);
  return problem('Disk space', `${free.toFixed(1)} GB free, ${LEAST_DISK_GB} GB are needed`, `make room on the disk of ${root}`);
}

function permission() {
  const folder = fs.existsSync(localDir) ? localDir : path.dirname(localDir);
  try {
    for (const one of [root, folder]) fs.accessSync(one, fs.constants.W_OK);
    return ok('Write permission', localDir);
  } catch (error) {
    return problem(
      'Write permission',
      `${error.path} cannot be written`,
      `chown -R "$(id -un)" ${error.path}, or set POLYCLOUD_LOCAL_DIR`,
    );
  }
}

function leftovers() {
  const found = findLeftovers();
  if (found.length === 0) return ok('Left-over processes', 'none');
  return problem('Left-over processes', `${found.join(', ')} run without pm2, which was killed`, 'npm stop');
}

/** Whether what should run does, and says itself that it can work. */
async function runningStack() {
  const settings = readSettings();
  if (!settings || !pm2.isRunning()) return ok('Stack', 'not running');
  const reasons = await Promise.all(SERVICES.map((name) => unreadiness(settings.ports[name])));
  const bad = SERVICES.flatMap((name, at) =>
    reasons[at] ? [problem('Stack', `${name}: ${reasons[at]}`, `npm run logs ${name}`)] : [],
  );
  return bad.length > 0 ? bad : ok('Stack', 'running, every service is ready');
}

const CHECKS = [node, npm, dependencies, database, ports, disk, permission, leftovers, runningStack];

/** Makes every check at once: [{ ok, title, detail, mend? }] in a fixed order. */
async function checkAll() {
  return (await Promise.all(CHECKS.map((check) => check()))).flat();
}

module.exports = { checkAll };
