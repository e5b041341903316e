'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, 'nest');

/** Installs and builds the NestJS comparator on its first use; the project's own install never touches it. */
function buildNest(report) {
  if (!fs.existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) {
    report('Installing the NestJS comparator');
    npm('install', '--no-workspaces', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  }
  npm('run', 'build', '--silent');
  return path.join(folder, 'dist', 'main.js');
}

function npm(...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args[0]} of the NestJS comparator failed:\n${stdout}${stderr}`);
}

module.exports = { buildNest };
