'use strict';
const fs = require('node:fs');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { serviceEnvironment } = require('../local/environment');
const { inLocal, inRoot, root } = require('../local/layout');

const NAMES = ['second-worker', 'third-worker'];

/** Workers beside that of the stack, each started again as soon as it has ended. */
class ExtraWorkers {
  running = new Map();
  restarts = {};
  stopping = true;

  constructor(stack) {
    this.stack = stack;
  }

  /** They reach billing at that address. */
  start(billingUrl) {
    this.stopping = false;
    for (const name of NAMES) this.keep(name, billingUrl);
  }

  async stop() {
    this.stopping = true;
    await Promise.all([...this.running.values()].map(end));
    this.running.clear();
  }

  has = (name) => NAMES.includes(name);
  pidOf = (name) => this.running.get(name)?.pid;

  keep(name, billingUrl) {
    if (this.stopping) return;
    const log = fs.openSync(inLocal('logs', `${name}.log`), 'a');
    const env = { ...process.env, ...serviceEnvironment('order-worker', this.stack), BILLING_URL: billingUrl };
    const options = { env, cwd: root, stdio: ['ignore', log, log] };
    const child = spawn(process.execPath, [inRoot('services/order/dist/worker.js')], options);
    fs.closeSync(log);
    child.once('exit', () => {
      if (!this.stopping) this.restarts[name] = (this.restarts[name] ?? 0) + 1;
      setTimeout(() => this.keep(name, billingUrl), 100);
    });
    this.running.set(name, child);
  }
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

module.exports = { ExtraWorkers };
