'use strict';
require('./local/node-version');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Failure, runWord } = require('./local/failure');
const { step } = require('./local/terminal');
const { administratorSettings, connectAsAdministrator } = require('./local/administrator');
const { build } = require('./local/workspace');
const { load } = require('./backup/load');

const USAGE =
  'npm run restore -- [--replace] <file>, while no service runs; then npm run migrate -- --provision where the users are new';

/** Brings the schemas of a backup back; with `--replace` those that are there are dropped first. */
async function restore() {
  const { values, positionals } = parseArgs({ options: { replace: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length !== 1) throw new Failure('Which backup?', USAGE);
  const file = path.resolve(positionals[0]);
  await build();
  const connection = await connectAsAdministrator(await administratorSettings());
  try {
    await step(`Restore ${file}`, async () => (await load(connection, { file, replace: values.replace })).join(', '));
  } finally {
    await connection.end();
  }
}

runWord('restore', restore, USAGE);
