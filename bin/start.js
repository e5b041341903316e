'use strict';
require('./local/node-version');
const { runWord, Failure } = require('./local/failure');
const { alone } = require('./local/lock');
const { localDir, writeJson } = require('./local/layout');
const { endLeftovers } = require('./local/leftovers');
const { paint, say, step } = require('./local/terminal');
const { prepareStack, keepSettings, readSettings, openStack } = require('./local/settings');
const { changedUnderneath, dependenciesAreInstalled, installDependencies, build } = require('./local/workspace');
const pm2 = require('./local/pm2');
const { choosePorts, describeHolder, isFree } = require('./local/ports');
const { describeStack, stackFile } = require('./local/stack-file');
const { showStack } = require('./local/stack-view');

// Required where they are used: these load what is only there once the dependencies are installed and built.
const processes = () => require('./local/stack-processes');

async function start() {
  say(paint.bold('Polycloud, local stack'));
  refuseToMove();
  if (await isComplete()) {
    say('The stack is up already; nothing was changed. (npm run reload takes over new code.)');
    return showStack(openStack());
  }
  await alone(bringUp);
}

/** Ports are chosen when nothing runs: half a stack here and half there would find each other by chance. */
function refuseToMove() {
  const settings = readSettings();
  if (!settings || !pm2.isRunning() || choosePorts(process.env.PORT_BASE, settings.ports).gateway === settings.ports.gateway)
    return;
  throw new Failure(
    `The stack runs already, at http://127.0.0.1:${settings.ports.gateway}`,
    `npm stop, then PORT_BASE=${process.env.PORT_BASE} npm start`,
  );
}

/** Whether the last start went through to its end, and what it started still runs. */
async function isComplete() {
  const settings = readSettings();
  return Boolean(settings && settings.complete && pm2.isInstalled() && (await processes().isUp(openStack())));
}

async function bringUp() {
  await prepareWorkspace();
  const stack = prepareStack();
  await clearTheWay(stack);
  await startDatabase(stack);
  await step('Emulators of the clouds', () => processes().startEmulators(stack));
  await migrate(stack);
  await prepareClouds(stack);
  await step('Services', () => processes().startServices(stack, (name) => say(`  ${paint.green('✓')} ${name} is ready`)));
  const described = describeStack(stack);
  writeJson(stackFile(), described);
  await step('Demo users and sample data', async () => `${await require('./local/demo-user').seed(described)} users`);
  say();
  say(paint.bold('The main job, over the gateway'));
  await require('./demo').demo(described);
  keepSettings({ complete: true });
  showStack(stack);
}

async function prepareWorkspace() {
  if (!dependenciesAreInstalled()) {
    if (pm2.isInstalled() && pm2.isRunning()) throw changedUnderneath();
    await step('Dependencies (npm ci)', installDependencies);
  }
  await step('Build (tsc -b)', build);
}

/** Nothing of an earlier stack that lost its pm2, and nobody else, may hold the ports. */
async function clearTheWay(stack) {
  const ended = await endLeftovers();
  if (ended > 0) say(`${paint.green('✓')} Ended ${ended} processes that a killed pm2 had left behind`);
  const online = await pm2.onlineNames();
  const taken = [];
  for (const [name, port] of processes().expectedPorts(stack)) {
    if (!online.includes(name) && !(await isFree(port))) taken.push(describeHolder(name, port));
  }
  if (taken.length > 0)
    throw new Failure(taken.join('\n  '), 'stop that process, or move the whole stack: PORT_BASE=18080 npm start');
}

async function startDatabase({ settings }) {
  if (settings.database.given)
    return say(`  Using the database at ${settings.database.host}:${settings.database.port} (DATABASE_HOST)`);
  const { prepareServer } = require('./local/database-setup');
  await step('Database server', async (note) => {
    await prepareServer(note);
    await pm2.startMissing(['database']);
    await require('./local/readiness').waitForPort('database', settings.database.port);
    return `private, under ${localDir}`;
  });
}

const migrate = (stack) =>
  step('Schemas', async (note) => {
    const applied = await require('./local/database-setup').migrateAll(stack, note);
    return applied > 0 ? `${applied} changes applied` : 'up to date';
  });

const prepareClouds = (stack) =>
  step('Buckets, topic and queues', async () => {
    const { makeBuckets } = require('./local/clouds');
    const { makeEventChannel } = require('./local/events');
    const [clouds, events] = await Promise.all([makeBuckets(stack), makeEventChannel(stack)]);
    keepSettings({ events });
    return clouds;
  });

runWord('start', start);
