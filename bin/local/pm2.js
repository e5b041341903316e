'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { spawn } = require('node:child_process');
const { stripVTControlCharacters } = require('node:util');
const { Failure } = require('./failure');
const { inLocal, inRoot } = require('./layout');

const CONFIG = path.join(__dirname, 'stack.config.js');
// A socket's path has at most 107 characters; ours adds a file name to the folder.
const LONGEST_HOME = 90;

const home = () => inLocal('pm2');

// The caller's own cloud account, database or settings must not reach the services: theirs are made for this stack.
const NOT_INHERITED = /^(npm_|DATABASE_|AWS_|PORT|PM2_|pm_id$|NODE_APP_INSTANCE$)/;

/** pm2 lives under the stack's own folder, beside any other pm2 of this user, and asks no server for its newest version. */
function pm2Environment() {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...shortSockets(),
    PM2_HOME: home(),
    PM2_DISABLE_VERSION_CHECK: '1',
    PM2_CONCURRENT_ACTIONS: '8',
    POLYCLOUD_LOCAL_DIR: inLocal(),
  };
}

function shortSockets() {
  if (home().length <= LONGEST_HOME) return {};
  const name = path.join(os.tmpdir(), `polycloud-pm2-${createHash('sha256').update(home()).digest('hex').slice(0, 12)}`);
  return {
    PM2_DAEMON_RPC_PORT: `${name}-rpc.sock`,
    PM2_DAEMON_PUB_PORT: `${name}-pub.sock`,
    PM2_INTERACTOR_RPC_PORT: `${name}-int.sock`,
  };
}

const program = () => inRoot('node_modules', 'pm2', 'bin', 'pm2');
const isInstalled = () => fs.existsSync(program());

/** Runs pm2 with these arguments and resolves to what it printed. */
async function pm2(...args) {
  if (!isInstalled()) throw new Failure('The dependencies are not installed', 'npm ci --ignore-scripts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program(), ...args], {
      env: pm2Environment(),
      cwd: inRoot(),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve(output);
      reject(new Failure(`pm2 ${args[0]} failed:\n${reasonIn(output)}`, `the whole story is in ${inLocal('pm2', 'pm2.log')}`));
    });
  });
}

function reasonIn(output) {
  const lines = stripVTControlCharacters(output).trim().split('\n');
  const errors = lines.filter((line) => /error/i.test(line));
  return (errors.length > 0 ? errors : lines.slice(-5)).join('\n');
}

/** Whether a process was started by this stack's pm2 or is that pm2: its environment names the folder. One that has ended does not count. */
function isOurs(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`PM2_HOME=${home()}`);
  } catch {
    return false; // ended meanwhile, or another user's
  }
}

/** Whether the stack's pm2 runs; asking pm2 itself would start it. */
function isRunning() {
  const file = path.join(home(), 'pm2.pid');
  return fs.existsSync(file) && isOurs(fs.readFileSync(file, 'utf8').trim());
}

/** The processes under pm2: { name, pid, status, restarts, memory (bytes), startedAt (ms), namespace }; none when pm2 does not run. */
async function processes() {
  if (!isRunning()) return [];
  const output = await pm2('jlist', '--silent');
  return JSON.parse(output.slice(output.indexOf('[{') < 0 ? output.indexOf('[]') : output.indexOf('[{'))).map(describe);
}

const describe = ({ name, pid, pm2_env: env, monit }) => ({
  name,
  pid,
  status: env.status,
  restarts: env.restart_time,
  memory: monit.memory,
  startedAt: env.pm_uptime,
  namespace: env.namespace,
});

const onlineNames = async () => (await processes()).filter((one) => one.status === 'online').map((one) => one.name);

/** Starts the named processes; one that runs already is restarted. */
async function start(names) {
  if (names.length > 0) await pm2('start', CONFIG, '--only', names.join(','), '--update-env');
}

/** Starts those of the named processes that do not run; the others are left alone. */
async function startMissing(names) {
  const online = await onlineNames();
  await start(names.filter((name) => !online.includes(name)));
}

/** Replaces the named processes one by one by new ones, which take over before the old ones leave (workers: after). */
const reload = (names) => pm2('reload', CONFIG, '--only', names.join(','), '--update-env');

/** Stops all processes of one kind (a namespace) and waits for their orderly end. */
async function stop(namespace) {
  const isThere = (await processes()).some((one) => one.namespace === namespace);
  if (isThere) await pm2('delete', namespace);
}

/** Ends pm2 itself. */
const end = () => (isRunning() ? pm2('kill') : undefined);

module.exports = { isOurs, processes, onlineNames, start, startMissing, reload, stop, end, isInstalled, isRunning };
