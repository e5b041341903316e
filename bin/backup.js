'use strict';
require('./local/node-version');
const fs = require('node:fs');
const path = require('node:path');
const { Failure, runWord } = require('./local/failure');
const { inLocal } = require('./local/layout');
const { DATABASE_OWNERS } = require('./local/parts');
const { databaseName } = require('./local/environment');
const { step } = require('./local/terminal');
const { administratorSettings, connectAsAdministrator } = require('./local/administrator');
const { build } = require('./local/workspace');
const { dump } = require('./backup/dump');

/** `npm run backup [-- file]`: all schemas as they are at one instant, in a gzipped file of SQL that only its owner can read. */
async function backup() {
  const file = path.resolve(process.argv[2] ?? inLocal('backups', `${new Date().toISOString().replace(/[:.]/g, '-')}.sql.gz`));
  if (fs.existsSync(file)) throw new Failure(`${file} is there already`, 'name another file');
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  await build();
  const connection = await connectAsAdministrator(await administratorSettings());
  try {
    await step(`Backup to ${file}`, async () => {
      const { tables, rows } = await dump(connection, { schemas: DATABASE_OWNERS.map(databaseName), file });
      return `${tables} tables, ${rows} rows`;
    });
  } finally {
    await connection.end();
  }
}

runWord('backup', backup);
