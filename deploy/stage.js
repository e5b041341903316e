'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const KEPT = ['package.json', 'package-lock.json', '.npmrc'];
const USAGE = 'Usage: npm run stage -- <service> <folder>';

/** `npm run stage -- <service> <folder>`: a folder with one built service and what it needs to run, for a Lambda function or any machine. */
function stage(service, folder) {
  const workspaces = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).workspaces.flatMap(foldersOf);
  if (!service || !folder || !workspaces.includes(`services/${service}`)) throw new Error(USAGE);
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  for (const file of KEPT) copy(file, folder);
  // npm wants to see every workspace that its lock file names; only those that are needed get their code.
  for (const workspace of workspaces) copy(path.join(workspace, 'package.json'), folder);
  for (const workspace of workspaces.filter((one) => one.startsWith('libs/') || one === `services/${service}`))
    copy(path.join(workspace, 'dist'), folder);
  install(folder, service);
  unlinkWorkspaces(folder);
  copy(`services/${service}/serverless.yml`, folder, 'serverless.yml');
  copy('deploy/serverless', folder, 'stages');
}

/** `libs/*` as the folders it stands for. */
function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  const names = fs.readdirSync(path.join(root, parent));
  return names.map((name) => `${parent}/${name}`).filter((name) => fs.existsSync(path.join(root, name, 'package.json')));
}

const copy = (from, folder, to = from) =>
  fs.cpSync(path.join(root, from), path.join(folder, to), { recursive: true, filter: (name) => !name.endsWith('.tsbuildinfo') });

const install = (folder, service) =>
  execFileSync(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--workspace', `@polycloud/${service}-service`],
    { cwd: folder, stdio: 'inherit' },
  );

/** Links to workspaces become the workspaces themselves: an archive has no links. */
function unlinkWorkspaces(folder) {
  const scope = path.join(folder, 'node_modules', '@polycloud');
  for (const name of fs.readdirSync(scope)) {
    const link = path.join(scope, name);
    const target = fs.realpathSync(link);
    fs.unlinkSync(link);
    // The service stays where its handler is looked for.
    if (!path.relative(folder, target).startsWith('services')) fs.renameSync(target, link);
  }
  for (const left of ['libs', 'emulators']) fs.rmSync(path.join(folder, left), { recursive: true, force: true });
}

const [service, folder] = process.argv.slice(2);
try {
  stage(service, folder && path.resolve(folder));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
