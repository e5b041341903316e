'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { createRequire } = require('node:module');
const { inLocal, inRoot, localDir } = require('../local/layout');
const { openStack } = require('../local/settings');
const { readStackFile } = require('../local/stack-file');
const pm2 = require('../local/pm2');
const { ExtraWorkers } = require('./extra-workers');

/** Where a part tells that it lives; at the port of any other it is knocked. */
const HEALTH = {
  ...{ gateway: '/livez', user: '/livez', order: '/livez', billing: '/livez', 'tenant-data': '/livez' },
  aws: '/_emulator/health',
};

/** A whole local stack in a folder and on ports of its own, with two more workers that reach billing over a lossy line. */
class ChaosStack {
  async start() {
    await run('start');
    this.stack = openStack();
    this.described = readStackFile();
    this.workers = new ExtraWorkers(this.stack);
  }

  /** From here on restarts are counted and logs are read. */
  async mark() {
    this.restartsBefore = await this.allRestarts();
    this.logsBefore = Object.fromEntries(logFiles().map((file) => [file, fs.statSync(file).size]));
  }

  /** Everything down; the folder goes too, unless it is wanted. */
  async stop({ keep }) {
    await this.workers?.stop();
    await run('stop');
    if (!keep) fs.rmSync(localDir, { recursive: true, force: true });
  }

  /** The process of a part as it runs now; undefined while it is being started again. */
  pidOf(name) {
    if (this.workers.has(name)) return this.workers.pidOf(name);
    if (name === 'database') return Number(read(inLocal('database.pid'))) || undefined;
    const folder = inLocal('pm2', 'pids');
    const file = fs.readdirSync(folder).find((one) => new RegExp(`^${name}-\\d+\\.pid$`).test(one));
    return file && (Number(read(path.join(folder, file))) || undefined);
  }

  /** Sends a signal; gives the process that got it, or false when there is none. */
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
    if (HEALTH[name] === undefined) return knock(port);
    return fetch(`http://127.0.0.1:${port}${HEALTH[name]}`, { signal: AbortSignal.timeout(500) }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  /** What each log holds since the mark: [{ name, file, start }]. */
  logs() {
    return logFiles().map((file) => ({ name: path.basename(file, '.log'), file, start: this.logsBefore[file] ?? 0 }));
  }

  urlOf(name) {
    return `http://127.0.0.1:${this.stack.settings.ports[name]}`;
  }

  connect(service) {
    const { createConnection } = createRequire(inRoot('libs', 'database', 'package.json'))('mysql2/promise');
    const { host, port, users } = this.described.database;
    return createConnection({ host, port, ...users[service], timezone: 'Z' });
  }

  /** How often each part was started again since the mark. */
  async restarts() {
    const now = await this.allRestarts();
    return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (this.restartsBefore[name] ?? 0)]));
  }

  async allRestarts() {
    const processes = await pm2.processes();
    return { ...Object.fromEntries(processes.map(({ name, restarts }) => [name, restarts])), ...this.workers.restarts };
  }
}

function logFiles() {
  const names = fs.readdirSync(inLocal('logs')).filter((name) => name.endsWith('.log'));
  return names.map((name) => inLocal('logs', name));
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether somebody listens there. */
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

module.exports = { ChaosStack };
