'use strict';
require('./local/node-version');
const { runWord } = require('./local/failure');
const { endLeftovers } = require('./local/leftovers');
const { say, step } = require('./local/terminal');
const pm2 = require('./local/pm2');

// Those who call stop before those who are called; the database last, when nobody writes any more.
const ORDER = [
  ['Services and workers', ['services', 'workers']],
  ['Emulators', ['emulators']],
  ['Database', ['databases']],
];

async function stop() {
  const running = await pm2.processes();
  for (const [title, namespaces] of ORDER) {
    const names = running.filter((one) => namespaces.includes(one.namespace)).map((one) => one.name);
    if (names.length > 0)
      await step(`${title}: ${names.join(', ')}`, () => Promise.all(namespaces.map(pm2.stop)).then(() => undefined));
  }
  await pm2.end();
  const left = await endLeftovers();
  if (running.length === 0 && left === 0) return say('The stack was not running.');
  say('The stack is down; its data is kept. npm start brings it back.');
}

runWord('stop', stop);
