'use strict';
const pm2 = require('./pm2');
const { emulators, SERVICES, WORKERS } = require('./parts');
const { waitForPort, waitForService, unreadiness } = require('./readiness');

/** Names of everything that runs in a stack, in the order of its start. */
function expectedNames({ settings }) {
  const database = settings.database.given ? [] : ['database'];
  return [...database, ...emulators().map(({ name }) => name), ...SERVICES, ...WORKERS.map(({ name }) => name)];
}

/** The parts of a stack that occupy a port of this machine: [name, port]. */
function expectedPorts(stack) {
  return expectedNames(stack)
    .filter((name) => stack.settings.ports[name])
    .map((name) => [name, stack.settings.ports[name]]);
}

/** Whether every process of the stack runs and every service is ready. */
async function isUp(stack) {
  const online = (await pm2.processes()).filter((one) => one.status === 'online').map((one) => one.name);
  if (!expectedNames(stack).every((name) => online.includes(name))) return false;
  const answers = await Promise.all(SERVICES.map((name) => unreadiness(stack.settings.ports[name])));
  return answers.every((answer) => answer === undefined);
}

/** Starts emulators and waits until all of them answer. */
async function startEmulators({ settings }) {
  const names = emulators().map(({ name }) => name);
  await pm2.startMissing(names);
  await Promise.all(names.map((name) => waitForPort(name, settings.ports[name])));
  return names.join(', ');
}

/**
 * Starts services and workers, and again those that run without being ready (their code may have been mended since);
 * calls `ready(name)` as each service gets ready.
 */
async function startServices({ settings }, ready) {
  const workers = WORKERS.map(({ name }) => name);
  const answers = await Promise.all(SERVICES.map((name) => unreadiness(settings.ports[name])));
  const unready = SERVICES.filter((_, at) => answers[at] !== undefined);
  const starting = unready.length > 0 ? pm2.start([...unready, ...workers]) : pm2.startMissing(workers);
  const waiting = SERVICES.map((name) => waitForService(name, settings.ports[name]).then(() => ready(name)));
  await Promise.all([starting, ...waiting]);
}

module.exports = { expectedNames, expectedPorts, isUp, startEmulators, startServices };
