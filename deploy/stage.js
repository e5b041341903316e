'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { readWorkspaces } = require('../bin/affected');
const { Failure, runWord } = require('../bin/local/failure');
const { root } = require('../bin/local/layout');

const KEPT = ['package.json', 'package-lock.json', '.npmrc'];
const USAGE = 'npm run stage -- <service> <folder>';

/** A folder with one built service and what it needs to run, for a Lambda function, an image or any machine. */
async function stage() {
  const [service, target] = process.argv.slice(2);
  const workspaces = readWorkspaces().map((workspace) => workspace.folder);
  if (!target || !workspaces.includes(`services/${service}`)) throw new Failure('Which service, and where to?', USAGE);
  const folder = path.resolve(target);
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0)
    throw new Failure(`${folder} is not empty`, 'name a new folder');
  for (const file of KEPT) copy(file, folder);
  // npm wants to see every workspace that its lock file names; only those that are needed get their code.
  for (const workspace of workspaces) copy(path.join(workspace, 'package.json'), folder);
  for (const workspace of workspaces.filter((one) => one.startsWith('libs/') || one === `services/${service}`))
    copy(path.join(workspace, 'dist'), folder);
  install(folder, service);
  keepOnly(service, folder, workspaces);
  copy(`services/${service}/serverless.yml`, folder, 'serverless.yml');
  copy('deploy/serverless', folder, 'stages');
}

const copy = (from, folder, to = from) =>
  fs.cpSync(path.join(root, from), path.join(folder, to), { recursive: true, filter: (name) => !name.endsWith('.tsbuildinfo') });

const install = (folder, service) =>
  execFileSync(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--workspace', `@polycloud/${service}-service`],
    { cwd: folder, stdio: 'inherit' },
  );

/** Links to workspaces become the workspaces themselves, since an archive has no links; the others go. */
function keepOnly(service, folder, workspaces) {
  const scope = path.join(folder, 'node_modules', '@polycloud');
  for (const name of fs.readdirSync(scope)) {
    const link = path.join(scope, name);
    const target = fs.realpathSync(link);
    fs.unlinkSync(link);
    // The service stays where its handler is looked for.
    if (!path.relative(folder, target).startsWith('services')) fs.renameSync(target, link);
  }
  for (const workspace of workspaces)
    if (workspace !== `services/${service}`) fs.rmSync(path.join(folder, workspace), { recursive: true, force: true });
}

runWord('stage', stage);
