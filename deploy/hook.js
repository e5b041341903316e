'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const USAGE = 'Usage: npm run hook -- <before-deploy | after-deploy> <dev | qa | prod>';

/** Runs deploy/hooks/<when>.<environment> or deploy/hooks/<when>, whichever there is first; a place for what an installation alone needs. */
const [when, environment] = process.argv.slice(2);
if (!['before-deploy', 'after-deploy'].includes(when) || !['dev', 'qa', 'prod'].includes(environment)) {
  console.error(USAGE);
  process.exit(1);
}
const file = [`${when}.${environment}`, when]
  .map((name) => path.join(__dirname, 'hooks', name))
  .find((one) => fs.existsSync(one));
if (file) {
  const { status, error } = spawnSync(file, [environment], { stdio: 'inherit' });
  if (error) console.error(error.message);
  process.exit(status ?? 1);
}
console.log(`There is no hook ${when} for ${environment}.`);
