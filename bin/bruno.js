'use strict';
require('./local/node-version');
const { spawnSync } = require('node:child_process');
const { Failure, runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { readStackFile } = require('./local/stack-file');

/** Hundreds of packages, so none of ours: npx fetches it once and keeps it. */
const CLI = '@usebruno/cli@4.1.0';

/** `npm run bruno`: the flows of docs/bruno against the local stack, as its first demo user. */
async function bruno() {
  const { gateway, demo } = readStackFile();
  const { email, password } = demo.users[0];
  const variables = Object.entries({ gateway, email, password }).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]);
  const args = ['--yes', CLI, 'run', '--env', 'local', ...variables, ...process.argv.slice(2)];
  const { status, error } = spawnSync('npx', args, { cwd: inRoot('docs/bruno'), stdio: 'inherit' });
  if (error) throw new Failure(`npx cannot be run (${error.code})`, 'install npm with Node');
  process.exitCode = status ?? 1;
}

runWord('bruno', bruno);
