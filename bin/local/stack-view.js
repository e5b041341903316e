'use strict';
const { inLocal } = require('./layout');
const { SERVICES } = require('./parts');
const { paint, say } = require('./terminal');
const { describeStack } = require('./stack-file');
const { urlOf } = require('./environment');

const WORDS = 'npm run status | npm run logs [service] | npm run demo | npm run reload | npm run doctor | npm stop';

/** Says where everything is and how to try it. */
function showStack(stack) {
  const { gateway, demo, database } = describeStack(stack);
  say();
  say(paint.bold('Polycloud is up'));
  for (const name of SERVICES) say(`  ${name.padEnd(12)} ${paint.cyan(urlOf(stack.settings.ports[name]))}`);
  say(`  ${'API'.padEnd(12)} ${paint.cyan(`${gateway}/docs`)}`);
  say(`  ${'database'.padEnd(12)} ${database.host}:${database.port}`);
  say(`  ${'everything'.padEnd(12)} ${inLocal('stack.json')}`);
  showTries(gateway, demo.users[0]);
  say();
  say(paint.dim(WORDS));
}

function showTries(gateway, user) {
  say();
  say(paint.bold('Try it'));
  say(`  curl -s ${gateway}/status`);
  if (!user) return;
  const credentials = JSON.stringify({ email: user.email, password: user.password });
  say(`  curl -s ${gateway}/authentication -H 'content-type: application/json' -d '${credentials}'`);
  say(`  curl -s ${gateway}/overview -H "authorization: Bearer $ACCESS_TOKEN"`);
}

module.exports = { showStack };
