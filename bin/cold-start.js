'use strict';
require('./local/node-version');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Failure, runWord } = require('./local/failure');
const { root } = require('./local/layout');
const { tableLines } = require('./local/table');
const { say } = require('./local/terminal');

const USAGE = 'npm run cold-start -- [--limit seconds] [--port-base 38080] [--warm]';
const OPTIONS = {
  limit: { type: 'string', default: '600' },
  'port-base': { type: 'string', default: '38080' },
  warm: { type: 'boolean' },
};
// A step of npm start, as it is printed when it is done.
const DONE = /^✓ (.+?)(?::.*)? \(([\d.]+) s\)$/;

/**
 * Times how long a newcomer waits: a clone of this checkout's last commit in a fresh folder, with ports, data and, unless
 * `--warm`, an npm cache of its own; then npm start to the end of the main job. Nothing of it is left afterwards.
 */
async function coldStart() {
  const { values } = parseArgs({ options: OPTIONS });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'polycloud-cold-'));
  const clone = path.join(folder, 'clone');
  const environment = {
    ...process.env,
    PORT_BASE: values['port-base'],
    POLYCLOUD_LOCAL_DIR: path.join(folder, 'local'),
    ...(!values.warm && { npm_config_cache: path.join(folder, 'npm') }),
  };
  try {
    const cloned = await timed(() => run('git', ['clone', '--quiet', root, clone], environment));
    const started = await timed(() => run('npm', ['start'], environment, clone));
    show(cloned, started, Number(values.limit));
  } finally {
    await run('npm', ['stop'], environment, clone).catch((error) => say(error.message));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(work) {
  const started = performance.now();
  const output = await work();
  return { output, seconds: (performance.now() - started) / 1000 };
}

/** Runs a program to its end and resolves to what it printed; shows its end when it fails. */
function run(program, args, env, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Failure(`${program} ${args.join(' ')} failed:\n${tail(output)}`)),
    );
  });
}

const tail = (output) => output.trimEnd().split('\n').slice(-20).join('\n');

/** One line a phase; what npm start does between its steps is mostly the main job. */
function show(cloned, started, limit) {
  const steps = started.output.split('\n').flatMap((line) => {
    const [, title, seconds] = DONE.exec(line) ?? [];
    return title ? [[title, Number(seconds)]] : [];
  });
  const inSteps = steps.reduce((sum, [, seconds]) => sum + seconds, 0);
  const total = cloned.seconds + started.seconds;
  const rows = [['Clone', cloned.seconds], ...steps, ['The main job, and all else', started.seconds - inSteps], ['Total', total]];
  tableLines(
    ['phase', 'seconds'],
    rows.map(([title, seconds]) => [title, seconds.toFixed(1)]),
  ).forEach((line) => say(line));
  if (total > limit) throw new Failure(`That is more than ${limit} s`, 'see which phase has grown');
}

runWord('cold-start', coldStart, USAGE);
