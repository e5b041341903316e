'use strict';
const { createWriteStream } = require('node:fs');
const { rename } = require('node:fs/promises');
const { pipeline } = require('node:stream/promises');
const { Readable } = require('node:stream');
const { createGzip } = require('node:zlib');
const { escape, escapeId } = require('mysql2');

const BINARY = /binary|blob|bit/;
// Rows of one INSERT: well under the packet size that servers take by default.
const BATCH_BYTES = 512 * 1024;
const COMPLETE = '-- complete';

/**
 * Writes schemas into a gzipped file of SQL, one statement a line, as they are at one instant: what was committed before is in it,
 * what commits meanwhile is not. Writers are not held up. Resolves to { tables, rows }.
 */
async function dump(connection, { schemas, file }) {
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const counts = { tables: 0, rows: 0 };
  try {
    const unfinished = `${file}.unfinished`;
    await pipeline(
      Readable.from(lines(connection, schemas, counts)),
      createGzip(),
      createWriteStream(unfinished, { mode: 0o600 }),
    );
    await rename(unfinished, file);
    return counts;
  } finally {
    await connection.query('ROLLBACK');
  }
}

async function* lines(connection, schemas, counts) {
  yield `-- Polycloud, ${schemas.join(', ')}, ${new Date().toISOString()}\n`;
  for (const schema of schemas) {
    const [[created]] = await connection.query('SHOW CREATE DATABASE ??', [schema]);
    yield `${oneLine(created['Create Database'])};\n`;
    yield `USE ${escapeId(schema)};\n`;
    for (const table of await tablesOf(connection, schema)) {
      counts.tables += 1;
      yield* tableLines(connection, { schema, table }, counts);
    }
  }
  yield `${COMPLETE}\n`;
}

async function tablesOf(connection, schema) {
  const [rows] = await connection.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME",
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function* tableLines(connection, { schema, table }, counts) {
  const [[created]] = await connection.query('SHOW CREATE TABLE ??.??', [schema, table]);
  yield `${oneLine(created['Create Table'])};\n`;
  const columns = await columnsOf(connection, schema, table);
  const head = `INSERT INTO ${escapeId(table)} (${columns.map(({ name }) => escapeId(name)).join(', ')}) VALUES `;
  let batch = [];
  let size = 0;
  for await (const row of rowsOf(connection, { schema, table, columns })) {
    const values = `(${row.map((value, at) => literal(value, columns[at])).join(', ')})`;
    counts.rows += 1;
    batch.push(values);
    size += values.length;
    if (size < BATCH_BYTES) continue;
    yield `${head}${batch.join(', ')};\n`;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield `${head}${batch.join(', ')};\n`;
}

/** The columns that are stored; a generated one comes back by itself. */
async function columnsOf(connection, schema, table) {
  const [rows] = await connection.query(
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION`,
    [schema, table],
  );
  return rows.map(({ name, type }) => ({ name, binary: BINARY.test(type) }));
}

/** The rows as they come, each value in the bytes that the server sent: nothing is rounded, nothing takes another zone. */
function rowsOf(connection, { schema, table, columns }) {
  const sql = `SELECT ${columns.map(({ name }) => escapeId(name)).join(', ')} FROM ${escapeId(schema)}.${escapeId(table)}`;
  return connection.connection.query({ sql, rowsAsArray: true, typeCast: (field) => field.buffer() }).stream();
}

function literal(value, { binary }) {
  if (value === null) return 'NULL';
  return binary ? `X'${value.toString('hex')}'` : escape(value.toString('utf8'));
}

const oneLine = (sql) => sql.replaceAll('\n', ' ');

module.exports = { dump, COMPLETE };
