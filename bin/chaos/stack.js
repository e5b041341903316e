'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { createRequire } = require('node:module');
const { inLocal, inRoot, root } = require('../local/layout');
const { openStack } = require('../local/settings');
const { readStackFile } = require('../local/stack-file');
const { serviceEnvironment } = require('../local/environment');
const pm2 = require('../local/pm2');

/** What may be killed or paused, with the path at which it tells that it lives; without one, its port is knocked at. */
const PARTS = {
  gateway: '/livez',
  user: '/livez',
  order: '/livez',
  billing: '/livez',
  'tenant-data': '/livez',
  aws: '/_emulator/health',
  'payment-sandbox': undefined,
  database: undefined,
  'order-worker': undefined,
  'second worker': undefined,
  'third worker': undefined,
};
const EXTRA_WORKERS = ['second worker', 'third worker'];

/** A whole local stack in a folder and on ports of its own, with two more workers that reach billing over a lossy line. */
class ChaosStack {
  extra = new Map();
  stopping = false;

  async start() {
    await run('start');
    this.stack = openStack();
    this.described = readStackFile();
    this.restartsBefore = await restarts();
  }

  startWorkers(billingUrl) {
    for (const name of EXTRA_WORKERS) this.keepWorker(name, billingUrl);
  }

  keepWorker(name, billingUrl) {
    if (this.stopping) return;
    const log = fs.openSync(inLocal('logs', `${name.replace(' ', '-')}.log`), 'a');
    const env = { ...process.env, ...serviceEnvironment('order-worker', this.stack), BILLING_URL: billingUrl };
    const child = spawn(process.execPath, [inRoot('services/order/dist/worker.js')], {
      env,
      cwd: root,
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    child.once('exit', () => setTimeout(() => this.keepWorker(name, billingUrl), 100));
    this.extra.set(name, child);
  }

  async stop() {
    this.stopping = true;
    const ended = [...this.extra.values()].map(
      (child) =>
        new Promise((resolve) =>
          child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(),
        ),
    );
    for (const child of this.extra.values()) child.kill('SIGTERM');
    await Promise.all(ended);
    await run('stop');
  }

  /** The process of a part as it runs now; undefined while it is being started again. */
  pidOf(name) {
    if (this.extra.has(name)) return this.extra.get(name).pid;
    if (name === 'database') return Number(read(inLocal('database.pid'))) || undefined;
    const folder = inLocal('pm2', 'pids');
    const file = fs.readdirSync(folder).find((one) => new RegExp(`^${name}-\\d+\\.pid$`).test(one));
    return file && (Number(read(path.join(folder, file))) || undefined);
  }

  /** Sends a signal; false when there is nobody to get it. */
  signal(name, signal) {
    const pid = this.pidOf(name);
    try {
      return pid !== undefined && process.kill(pid, signal) && pid;
    } catch {
      return false;
    }
  }

  /** Whether the part serves; a worker serves when another process has taken its place. */
  async lives(name, formerPid) {
    const port = this.stack.settings.ports[name];
    if (port === undefined) return this.pidOf(name) !== formerPid && this.pidOf(name) !== undefined;
    if (PARTS[name] === undefined) return knock(port);
    return fetch(`http://127.0.0.1:${port}${PARTS[name]}`, { signal: AbortSignal.timeout(500) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  urlOf(name) {
    return `http://127.0.0.1:${this.stack.settings.ports[name]}`;
  }

  connect(service) {
    const { createConnection } = createRequire(inRoot('libs', 'database', 'package.json'))('mysql2/promise');
    const { host, port, users } = this.described.database;
    return createConnection({ host, port, ...users[service], timezone: 'Z' });
  }

  /** How often pm2 has started each part again since the run began. */
  async restarts() {
    const now = await restarts();
    return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (this.restartsBefore[name] ?? 0)]));
  }
}

const restarts = async () => Object.fromEntries((await pm2.processes()).map(({ name, restarts: count }) => [name, count]));

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function knock(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: 500 });
    const settle = (answer) => (socket.destroy(), resolve(answer));
    socket.once('connect', () => settle(true));
    for (const failure of ['error', 'timeout']) socket.once(failure, () => settle(false));
  });
}

function run(word) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRoot('bin', `${word}.js`)], { stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`npm ${word} failed:\n${output}`))));
  });
}

module.exports = { ChaosStack, PARTS };
