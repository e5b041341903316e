'use strict';
const { spawn } = require('node:child_process');
const { Failure } = require('./failure');
const { inRoot, readJson, root } = require('./layout');

// npm and the compiler name the cause first.
const SHOWN_LINES = 15;

const NPM_CI = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Dependencies are right when npm has put each package there in the version that the lock names; some optional ones fit other machines only. */
function dependenciesAreInstalled() {
  const wanted = Object.entries(readJson(inRoot('package-lock.json')).packages);
  const installed = readJson(inRoot('node_modules', '.package-lock.json'))?.packages ?? {};
  const isThere = ([where, { version, link, optional }]) =>
    !where.includes('node_modules/') || link || optional || installed[where]?.version === version;
  return wanted.every(isThere);
}

/** Processes that run would miss the modules that they have not loaded yet. */
const changedUnderneath = () => new Failure('The dependencies have changed while the stack runs', 'npm stop, then npm start');

/** Runs a program in the checkout; its output is shown only when it fails, because then it says why. */
function run(program, args, mend) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', (error) =>
      reject(
        new Failure(error.code === 'ENOENT' ? `${program} is not installed` : `${program} cannot be run: ${error.message}`, mend),
      ),
    );
    const command = `${program.replace(/.*\//, '')} ${args.join(' ')}`.replaceAll(`${root}/`, '');
    child.once('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Failure(`${command} failed:\n${output.trim().split('\n').slice(0, SHOWN_LINES).join('\n')}`, mend)),
    );
  });
}

/** npm ci without install scripts: nothing here needs one, and nobody else's code runs at install. */
async function installDependencies() {
  const output = await run('npm', NPM_CI, 'check the network and the npm registry (npm ping), then try again');
  return /added \d+ packages/.exec(output)?.[0];
}

/** Compiles what has changed since the last build. */
async function build() {
  await run(
    process.execPath,
    [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b'],
    'correct the source named above, then try again',
  );
}

module.exports = { changedUnderneath, dependenciesAreInstalled, installDependencies, build };
