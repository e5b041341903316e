'use strict';
const { fork } = require('node:child_process');
const path = require('node:path');
const { Failure } = require('../bin/local/failure');

const PATIENCE_MS = 60_000;
// Beside the process that serves, whose ports are taken.
const OWN_PORTS = { PORT: '0', METRICS_PORT: '0', HTTP_REDIRECT_PORT: '0' };

/** Starts the code of a process of the ecosystem file beside the one that serves, and ends it once it would serve, too. Rejects when it would not. */
function trial(app, environment) {
  const env = { ...process.env, ...app.env, ...app[`env_${environment}`], ...OWN_PORTS };
  const child = fork(path.join(app.cwd, app.script), { cwd: app.cwd, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Failure(`The new ${app.name} does not start; the former goes on`, 'see above'));
    const limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.once('message', () => child.off('exit', fail).once('exit', resolve).kill('SIGTERM'));
    child.once('exit', fail).once('exit', () => clearTimeout(limit));
  });
}

module.exports = { trial };
