'use strict';
require('./local/node-version');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { openTemporaryServer } = require('./local/database-server');
const { runWord } = require('./local/failure');
const { inRoot } = require('./local/layout');
const { DATABASE_OWNERS } = require('./local/parts');
const { build } = require('./local/workspace');

const write = process.argv.includes('--write');
const results = { passed: 0, failed: 0 };

/** Runs one check, which returns its problems, and prints the outcome. */
async function check(name, problemsOf) {
  const problems = await Promise.resolve()
    .then(problemsOf)
    .catch((error) => [error.message]);
  results[problems.length === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const problem of problems) console.log(problem.replace(/^/gm, '     '));
  return problems.length === 0;
}

/** What differs between the snapshot on disk and the real tables, as a diff. */
function compareSnapshot(file, actual) {
  if (write) {
    fs.writeFileSync(file, actual);
    return [];
  }
  const expected = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (expected === actual) return [];
  const { stdout } = spawnSync(
    'git',
    ['diff', '--no-index', '--no-color', '--no-ext-diff', '--', expected ? file : '/dev/null', '-'],
    {
      input: actual,
      encoding: 'utf8',
    },
  );
  // Without git there is no diff to show, and still a difference.
  const lines = (stdout ?? '').replace(/^[\s\S]*?(?=@@)/, '').trimEnd();
  return [`${lines}\nMend: when the changes are right, npm run db:check -- --write, and commit the file.`];
}

async function checkService(admin, service) {
  const { compareModels, lintSql, migrate, readChanges, snapshot } = require(inRoot('libs', 'database', 'dist', 'migrator'));
  const folder = inRoot('db-changes', service);
  const database = `check_${service.replaceAll('-', '_')}`;
  await admin.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci', [database]);
  await check(`${service}: the changes run alike on MariaDB and MySQL`, async () =>
    (await readChanges(folder)).flatMap(({ name, text }) => lintSql(text).map((problem) => `${name}: ${problem}`)),
  );
  const applied = await check(`${service}: all changes apply to an empty schema`, async () => {
    await migrate(admin, { service, database, folder });
    return [];
  });
  if (!applied) return;
  await check(`${service}: schema.sql is what the changes make`, async () =>
    compareSnapshot(path.join(folder, 'schema.sql'), await snapshot(admin, database)),
  );
  if (!fs.existsSync(inRoot('services', service, 'src/models'))) {
    console.log(`skip ${service}: the models equal the columns (the service has no folder src/models)`);
    return;
  }
  await check(`${service}: the models equal the columns`, () => {
    const { defineModels } = require(inRoot('services', service, 'dist/models'));
    return compareModels(admin, database, defineModels);
  });
}

/**
 * `npm run db:check [-- --write]`: on a temporary server, an empty schema plus all changes must give schema.sql, the changes must
 * be portable, and the Sequelize models must equal the columns. `--write` rewrites each schema.sql instead of comparing it.
 */
async function checkAll() {
  await build();
  const server = await openTemporaryServer({ parent: inRoot('.local-test'), report: console.log });
  const admin = await require('mysql2/promise').createConnection({ socketPath: server.socketPath, user: server.user });
  for (const service of DATABASE_OWNERS) await checkService(admin, service);
  await admin.end();
  await server.close();
  console.log(`${results.passed} passed, ${results.failed} failed`);
  process.exitCode = results.failed > 0 ? 1 : 0;
}

runWord('db-check', checkAll);
