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
  const own = `services/${service}`;
  if (!target || !workspaces.includes(own)) throw new Failure('Which service, and where to?', USAGE);
  const folder = path.resolve(target);
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0)
    throw new Failure(`${folder} is not empty`, 'name a new folder');
  for (const file of KEPT) copy(file, folder);
  for (const workspace of workspaces.filter((one) => one.startsWith('libs/') || one === own))
    for (const part of ['package.json', 'dist']) copy(path.join(workspace, part), folder);
  install(folder, service);
  unlinkLibraries(folder);
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

/** Links to the libraries become the libraries themselves, since an archive has no links. The service stays where its handler is looked for. */
function unlinkLibraries(folder) {
  const scope = path.join(folder, 'node_modules', '@polycloud');
  for (const name of fs.readdirSync(scope)) {
    const link = path.join(scope, name);
    const target = fs.realpathSync(link);
    fs.unlinkSync(link);
    if (path.relative(folder, target).startsWith('libs')) fs.renameSync(target, link);
  }
  fs.rmSync(path.join(folder, 'libs'), { recursive: true, force: true });
}

runWord('stage', stage);
