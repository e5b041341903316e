'use strict';
require('./local/node-version');
const { spawnSync } = require('node:child_process');
const { Failure, runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { deploy } = require('../ecosystem.config.js');

const USAGE = 'npm run rollback -- <dev | qa | prod> [how many deployments back, 1 unless said]';

/** Puts an environment back to the code of an earlier deployment. Schemas stay: their changes suit the code before them. */
async function rollback() {
  const [environment, back = '1'] = process.argv.slice(2);
  if (!Object.hasOwn(deploy, environment ?? '')) throw new Failure(`There is no environment ${environment ?? ''}`, USAGE);
  if (!/^[1-9]\d?$/.test(back)) throw new Failure(`${back} is no number of deployments`, USAGE);
  if (deploy[environment].host.length === 0) throw new Failure('No machine is named', `DEPLOY_HOSTS=one,two ${USAGE}`);
  const pm2 = [inRoot('node_modules/pm2/bin/pm2'), 'deploy', inRoot('ecosystem.config.js'), environment];
  const { status } = spawnSync(process.execPath, [...pm2, 'revert', back], { cwd: inRoot(), stdio: 'inherit' });
  if (status !== 0) throw new Failure(`${environment} could not be put back`, 'log in to the machine: npm run take-over there');
}

runWord('rollback', rollback);
