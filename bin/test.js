/** `npm test [-- jest arguments]`: from a bare clone to the test results, with a database server that belongs to this run alone. */
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { openTemporaryServer } = require('./local/database-server');
const { ensureTestPrograms } = require('./local/test-programs');

const root = path.join(__dirname, '..');
const report = (line) => console.log(line);

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: see above.`);
}

/** Installs the packages unless those in place are of this lock file. */
function ensurePackages() {
  const changedAt = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return;
  report('Installing packages (npm ci)');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}

/** The server that DATABASE_HOST names, or a temporary one of our own. */
async function openServer() {
  const { DATABASE_HOST, DATABASE_PORT = '3306', DATABASE_ADMIN_USER = 'root', DATABASE_ADMIN_PASSWORD = '' } = process.env;
  if (DATABASE_HOST) {
    const environment = { TEST_DATABASE_HOST: DATABASE_HOST, TEST_DATABASE_PORT: DATABASE_PORT };
    const login = { TEST_DATABASE_ADMIN_USER: DATABASE_ADMIN_USER, TEST_DATABASE_ADMIN_PASSWORD: DATABASE_ADMIN_PASSWORD };
    return { environment: { ...environment, ...login }, close: async () => {} };
  }
  const server = await openTemporaryServer({ parent: path.join(root, '.local-test'), report });
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
  const jest = spawn(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), ...args], {
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

async function main() {
  ensurePackages();
  ensureTestPrograms(report);
  report('Building');
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b']);
  const server = await openServer();
  process.exitCode = await runJest(process.argv.slice(2), server.environment);
  await server.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
