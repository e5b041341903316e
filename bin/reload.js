'use strict';
require('./local/node-version');
const { Failure, runWord } = require('./local/failure');
const { paint, say, step } = require('./local/terminal');
const { openStack } = require('./local/settings');
const { build, changedUnderneath, dependenciesAreInstalled } = require('./local/workspace');
const pm2 = require('./local/pm2');
const { SERVICES, WORKERS } = require('./local/parts');
const { waitForService } = require('./local/readiness');
const { migrateAll } = require('./local/database-setup');

/** Takes over new code without losing a request: each new process serves before the old one leaves. */
async function reload() {
  const stack = openStack();
  if (!pm2.isRunning()) throw new Failure('The stack does not run', 'npm start');
  if (!dependenciesAreInstalled()) throw changedUnderneath();
  await step('Build (tsc -b)', build);
  await step('Schemas', async (note) => `${await migrateAll(stack, note)} changes applied`);
  for (const name of SERVICES) {
    await step(`Reload ${name}`, async () => {
      await pm2.reload([name]);
      await waitForService(name, stack.settings.ports[name]);
    });
  }
  const workers = WORKERS.map((worker) => worker.name);
  await step(`Restart ${workers.join(', ')}`, async () => void (await pm2.reload(workers)));
  say(paint.green('Everything runs the new code.'));
}

runWord('reload', reload);
