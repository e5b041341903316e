'use strict';
require('./local/node-version');
const { spawnSync } = require('node:child_process');
const { Failure, runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { say } = require('./local/terminal');
const { deploy } = require('../ecosystem.config.js');

const USAGE = 'npm run rollback -- <dev | qa | prod>';
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Puts the machines of an environment back to the code before the last deployment. A deployment that failed half-way
 * (DEPLOY_REF is its commit) is undone where it was begun only. Schemas stay: their changes suit the code before them.
 */
async function rollback() {
  const [environment] = process.argv.slice(2);
  if (!Object.hasOwn(deploy, environment ?? '')) throw new Failure(`There is no environment ${environment ?? ''}`, USAGE);
  const { host: hosts } = deploy[environment];
  if (hosts.length === 0) throw new Failure('No machine is named', `DEPLOY_HOSTS=one,two ${USAGE}`);
  const failed = hosts.filter((host) => !rollBackHost(environment, host));
  if (failed.length > 0) throw new Failure(`${failed.join(', ')} could not be put back`, 'log in there: npm run take-over');
}

function rollBackHost(environment, host) {
  const { stdout } = pm2Deploy(environment, host, 'pipe', 'list');
  const [now] = commitsIn(stdout);
  const bad = COMMIT.test(process.env.DEPLOY_REF) ? process.env.DEPLOY_REF : now;
  if (now && now !== bad) {
    say(`${host}: left as it is, that deployment did not reach it`);
    return true;
  }
  const former = standing(commitsIn(stdout)).at(-2);
  return former !== undefined && pm2Deploy(environment, host, 'inherit', 'ref', former, '--force').status === 0;
}

/** The commits that were deployed to a machine, the latest first. */
const commitsIn = (list) => list.split('\n').flatMap((line) => /^\d+\t([0-9a-f]{40})/.exec(line)?.[1] ?? []);

/** Those of them that were not undone, the latest last: a commit that comes again undoes what was deployed in between. */
function standing(commits) {
  const stack = [];
  for (const commit of commits.toReversed()) {
    if (stack.includes(commit)) stack.length = stack.indexOf(commit);
    stack.push(commit);
  }
  return stack;
}

function pm2Deploy(environment, host, stdout, ...words) {
  const pm2 = [inRoot('node_modules/pm2/bin/pm2'), 'deploy', inRoot('ecosystem.config.js'), environment];
  return spawnSync(process.execPath, [...pm2, ...words], {
    cwd: inRoot(),
    env: { ...process.env, DEPLOY_HOSTS: host },
    stdio: ['inherit', stdout, 'inherit'],
    encoding: 'utf8',
  });
}

runWord('rollback', rollback);
