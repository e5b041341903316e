'use strict';
const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { readStackFile } = require('../bin/local/stack-file');

const USAGE = 'npm run bench:reload [-- --reloads 10] [--requests 10000] [--clients 16], while the local stack runs (npm start)';
const ANSWER_MS = 20_000;
// The load is to overlap with every moment of a reload, not to wear the machine out: a reload starts processes, too.
const PAUSE_MS = 4;

/** Addresses under load: what the gateway answers itself, what it passes on, and each service directly. */
const targetsOf = ({ gateway, services }) => [
  `${gateway}/openapi.json`,
  `${gateway}/.well-known/jwks.json`,
  ...[gateway, ...Object.values(services)].map((url) => `${url}/livez`),
];

/** One request on a kept connection. Resolves to undefined, or to what went wrong; nothing is tried twice. */
function ask(url, agent) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent, timeout: ANSWER_MS }, (response) => {
      response.once('error', (error) => resolve(error.code ?? error.message)).resume();
      response.once('end', () => resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => resolve(error.code ?? error.message));
  });
}

/** Clients that ask one target after another on kept connections until told to stop. */
function load(targets, clients) {
  const state = { requests: 0, lost: {}, running: true };
  const client = async (first) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = first; state.running; turn++) {
      const target = targets[turn % targets.length];
      const problem = await ask(target, agent);
      state.requests += 1;
      if (problem) state.lost[`${target} ${problem}`] = (state.lost[`${target} ${problem}`] ?? 0) + 1;
      await pause(PAUSE_MS);
    }
    agent.destroy();
  };
  state.ended = Promise.all(Array.from({ length: clients }, (_, at) => client(at)));
  return state;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function reload() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(__dirname, '../bin/reload.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`npm run reload failed:\n${output}`))));
  });
}

async function main() {
  const text = (value) => ({ type: 'string', default: value });
  const { values } = parseArgs({ options: { reloads: text('10'), requests: text('10000'), clients: text('16') } });
  const [reloads, requests, clients] = [values.reloads, values.requests, values.clients].map(Number);
  if (![reloads, requests, clients].every((number) => number > 0)) throw new Error(USAGE);
  const state = load(targetsOf(readStackFile()), clients);
  try {
    for (let turn = 1; turn <= reloads; turn++) await timedReload(turn, state);
    while (state.requests < requests) await pause(100);
  } finally {
    state.running = false;
    await state.ended;
    report(state);
  }
}

async function timedReload(turn, state) {
  const before = state.requests;
  const started = performance.now();
  await reload();
  console.log(
    `reload ${turn}: ${((performance.now() - started) / 1000).toFixed(1)} s, ${state.requests - before} requests meanwhile`,
  );
}

function report({ lost, requests }) {
  const count = Object.values(lost).reduce((sum, one) => sum + one, 0);
  for (const [problem, times] of Object.entries(lost)) console.log(`lost ${times}: ${problem}`);
  console.log(`${count} of ${requests} requests lost`);
  if (count > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
