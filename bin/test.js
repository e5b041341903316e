'use strict';
/** `npm test [-- jest arguments]`: from a bare clone to the test results, with a database server that belongs to this run alone. */
require('./local/node-version');
const { spawn } = require('node:child_process');
const { openTemporaryServer } = require('./local/database-server');
const { runWord } = require('./local/failure');
const { inRoot, root } = require('./local/layout');
const { step } = require('./local/terminal');
const { ensureTestPrograms } = require('./local/test-programs');
const { build, dependenciesAreInstalled, installDependencies } = require('./local/workspace');

/** The server that DATABASE_HOST names, or a temporary one of our own. */
async function openServer(note) {
  const { DATABASE_HOST, DATABASE_PORT = '3306', DATABASE_ADMIN_USER = 'root', DATABASE_ADMIN_PASSWORD = '' } = process.env;
  if (DATABASE_HOST) {
    const environment = { TEST_DATABASE_HOST: DATABASE_HOST, TEST_DATABASE_PORT: DATABASE_PORT };
    const login = { TEST_DATABASE_ADMIN_USER: DATABASE_ADMIN_USER, TEST_DATABASE_ADMIN_PASSWORD: DATABASE_ADMIN_PASSWORD };
    return { environment: { ...environment, ...login }, close: async () => {} };
  }
  const server = await openTemporaryServer({ parent: inRoot('.local-test'), report: note });
  return {
    environment: {
      TEST_DATABASE_HOST: '127.0.0.1',
      TEST_DATABASE_PORT: String(server.port),
      TEST_DATABASE_SOCKET: server.socketPath,
      TEST_DATABASE_ADMIN_USER: server.user,
    },
    close: server.close,
  };
}

function runJest(args, environment) {
  const jest = spawn(process.execPath, [inRoot('node_modules/jest/bin/jest.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
    // Which Node the project needs is the project's own choice, so the SDK's word on it is not shown in every suite.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...process.env, ...environment },
  });
  // A signal that reaches only this process ends the tests too.
  process.once('exit', () => jest.kill());
  return new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code) => resolve(code ?? 130));
  });
}

async function test() {
  if (!dependenciesAreInstalled()) await step('Dependencies (npm ci)', installDependencies);
  await step('Programs that tests run', ensureTestPrograms);
  await step('Build (tsc -b)', build);
  let server;
  await step('Database server', async (note) => void (server = await openServer(note)));
  process.exitCode = await runJest(process.argv.slice(2), server.environment);
  await server.close();
}

runWord('test', test);
