'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { runWord } = require('./local/failure');
const { root } = require('./local/layout');
const { say } = require('./local/terminal');

const SCOPE = '@polycloud/';
// What no program reads can break none.
const HARMLESS = /^(docs\/|data\/README\.md$|[A-Z]+\.md$|\.editorconfig$|\.git)/;

const USAGE = 'npm run -s affected -- [--base <commit or branch>] [--services]';

/** Every workspace: { name, folder, needs } where `needs` are the names of workspaces that it depends on. */
function readWorkspaces(folder = root) {
  const { workspaces } = readJson(path.join(folder, 'package.json'));
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith('/*')
      ? fs.readdirSync(path.join(folder, pattern.slice(0, -2))).map((name) => pattern.slice(0, -1) + name)
      : pattern,
  );
  return folders
    .filter((one) => fs.existsSync(path.join(folder, one, 'package.json')))
    .map((one) => describe(one, readJson(path.join(folder, one, 'package.json'))));
}

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

const describe = (folder, { name, dependencies = {}, devDependencies = {} }) => ({
  name,
  folder,
  needs: Object.keys({ ...dependencies, ...devDependencies }).filter((one) => one.startsWith(SCOPE)),
});

/** The workspaces that changes of these files reach. A file that belongs to none may matter to all. */
function affectedBy(files, workspaces) {
  const owners = files.filter((file) => !HARMLESS.test(file)).map((file) => ownerOf(file, workspaces));
  if (owners.includes(undefined)) return workspaces;
  const reached = new Set(owners);
  // Grows by the dependents of what is in it until there are no more.
  for (const one of reached) for (const dependent of dependentsOf(one, workspaces)) reached.add(dependent);
  return workspaces.filter((one) => reached.has(one));
}

function ownerOf(file, workspaces) {
  const [, schema] = /^db-changes\/([^/]+)\//.exec(file) ?? [];
  const place = schema ? `services/${schema}/` : file;
  return workspaces.find(({ folder }) => place.startsWith(`${folder}/`));
}

const dependentsOf = ({ name }, workspaces) => workspaces.filter(({ needs }) => needs.includes(name));

/** The files that differ between the common ancestor of `base` and HEAD, and HEAD; undefined when git cannot tell. */
function changedSince(base, folder = root) {
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const ancestor = git('merge-base', base, 'HEAD').trim();
    // A renamed file counts for where it was, too.
    return git('diff', '--name-only', '--no-renames', '-z', ancestor, 'HEAD').split('\0').filter(Boolean);
  } catch {
    return undefined;
  }
}

/** What the commits since `base` can have changed; all workspaces when git cannot tell. */
function affectedSince(base, folder = root) {
  const workspaces = readWorkspaces(folder);
  const files = changedSince(base, folder);
  return files === undefined ? workspaces : affectedBy(files, workspaces);
}

/**
 * Names the workspaces that the commits since `--base` (default origin/main) can have changed, one a line: those with a changed
 * file, and those that depend on them. Names all of them when that cannot be told.
 */
async function affected() {
  const { values } = parseArgs({ options: { base: { type: 'string', default: 'origin/main' }, services: { type: 'boolean' } } });
  const folders = affectedSince(values.base).map(({ folder }) => folder);
  const shown = values.services ? folders.filter((one) => one.startsWith('services/')).map((one) => path.basename(one)) : folders;
  shown.forEach((line) => say(line));
}

if (require.main === module) runWord('affected', affected, USAGE);

module.exports = { affectedBy, affectedSince, readWorkspaces };
