'use strict';
const { createReadStream } = require('node:fs');
const { createInterface } = require('node:readline');
const { createGunzip } = require('node:zlib');
const { Failure } = require('../local/failure');
const { COMPLETE } = require('./dump');

const SCHEMAS = /^-- Polycloud, (.+), \S+$/;
const TAKE_ANOTHER = 'take another backup';

/** The lines of a backup. A file that is cut short or is none ends in a Failure. */
async function* linesOf(file) {
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.once('error', (error) => unzipped.destroy(error));
  try {
    yield* createInterface({ input: unzipped, crlfDelay: Infinity });
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error.message}`, TAKE_ANOTHER);
  }
}

/** Reads the whole file once without touching anything: resolves to its schemas, or fails when it is not complete. */
async function inspect(file) {
  let first;
  let last;
  for await (const line of linesOf(file)) {
    first ??= line;
    last = line;
  }
  const [, schemas] = SCHEMAS.exec(first ?? '') ?? [];
  if (!schemas) throw new Failure(`${file} is no backup of Polycloud`, TAKE_ANOTHER);
  if (last !== COMPLETE) throw new Failure(`${file} is not complete`, TAKE_ANOTHER);
  return schemas.split(', ');
}

/** Brings the schemas of a backup back. Fails before the first change when one of them is there already, unless `replace`. */
async function load(connection, { file, replace = false }) {
  const schemas = await inspect(file);
  const [there] = await connection.query('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (?)', [
    schemas,
  ]);
  if (there.length > 0 && !replace)
    throw new Failure(
      `There already is ${there.map(({ name }) => name).join(', ')}`,
      'npm run restore -- --replace <file> drops it first',
    );
  for (const { name } of there) await connection.query('DROP DATABASE ??', [name]);
  await connection.query('SET SESSION foreign_key_checks = 0');
  for await (const line of linesOf(file)) if (!line.startsWith('--')) await connection.query(line);
  return schemas;
}

module.exports = { inspect, load };
