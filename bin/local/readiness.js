'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { Failure } = require('./failure');
const { inLocal } = require('./layout');
const { processes } = require('./pm2');
const { urlOf } = require('./environment');

const PATIENCE_MS = 60_000;
const PAUSE_MS = 150;
const LOOK_EVERY = 20;
// A process that ends this often while it is waited for will not come up.
const HOPELESS_RESTARTS = 6;
const ANSWER_MS = 2000;

/** Whether something accepts connections on the port. */
function accepts(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const connection = net.connect({ port, host, timeout: 1000 });
    const settle = (answer) => (connection.destroy(), resolve(answer));
    connection.once('connect', () => settle(true));
    for (const failure of ['error', 'timeout']) connection.once(failure, () => settle(false));
  });
}

/** What a service says of itself: undefined when it is ready, else why not. */
async function unreadiness(port) {
  try {
    const response = await fetch(`${urlOf(port)}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return response.ok ? undefined : `/readyz answers ${response.status} ${(await response.text()).slice(0, 300)}`;
  } catch (error) {
    return `/readyz does not answer (${error.cause?.code ?? error.message})`;
  }
}

/** Waits until `check()` gives no more reason; fails with the last reason and the end of the process's log. */
async function waitFor(name, check) {
  const deadline = Date.now() + PATIENCE_MS;
  let before;
  for (let attempt = 1; ; attempt++) {
    const reason = await check();
    if (reason === undefined) return;
    if (Date.now() > deadline) throw notReady(name, reason);
    if (attempt % LOOK_EVERY === 0) {
      const restarts = await restartsOf(name);
      before ??= restarts;
      if (restarts - before >= HOPELESS_RESTARTS) throw notReady(name, reason);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function restartsOf(name) {
  const found = (await processes()).find((one) => one.name === name);
  return found ? found.restarts : Infinity;
}

function notReady(name, reason) {
  return new Failure(`${name} does not get ready: ${reason}${lastLines(name)}`, `npm run logs ${name}; npm run doctor`);
}

function lastLines(name, count = 6) {
  const file = inLocal('logs', `${name}.log`);
  if (!fs.existsSync(file)) return '';
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-count);
  return lines.map((line) => `\n    ${line.slice(0, 300)}`).join('');
}

const waitForService = (name, port) => waitFor(name, () => unreadiness(port));
const waitForPort = (name, port) =>
  waitFor(name, async () => ((await accepts(port)) ? undefined : `port ${port} does not answer`));

module.exports = { waitForService, waitForPort, unreadiness, accepts };
