'use strict';
const fs = require('node:fs');
const path = require('node:path');

/** The checkout that these words belong to. */
const root = path.resolve(__dirname, '..', '..');

/** Everything that the local stack writes is under this one folder. */
const localDir = path.resolve(process.env.POLYCLOUD_LOCAL_DIR || path.join(root, '.local'));

const inRoot = (...parts) => path.join(root, ...parts);
const inLocal = (...parts) => path.join(localDir, ...parts);

/** The file's JSON, or undefined when there is no such file. */
function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}

/** Writes JSON for this user's eyes only; a reader sees the old text or the new one, never half of it. */
function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

module.exports = { root, localDir, inRoot, inLocal, readJson, writeJson };
