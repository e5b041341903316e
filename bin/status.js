'use strict';
require('./local/node-version');
const { runWord } = require('./local/failure');
const { say } = require('./local/terminal');
const { duration, megabytes, tableLines } = require('./local/table');
const { processes } = require('./local/pm2');
const { openStack } = require('./local/settings');
const { expectedNames } = require('./local/stack-processes');
const { urlOf } = require('./local/environment');

const HEADINGS = ['name', 'pid', 'status', 'uptime', 'restarts', 'memory', 'url'];

/** One line a process; what should run and does not is shown as stopped, and makes the exit code 1. */
async function status() {
  const stack = openStack();
  const running = await processes();
  const names = expectedNames(stack);
  const rows = names.flatMap((name) =>
    rowsOf(
      name,
      running.filter((one) => one.name === name),
      stack.settings.ports[name],
    ),
  );
  tableLines(HEADINGS, rows).forEach((line) => say(line));
  const down = names.filter((name) => !running.some((one) => one.name === name && one.status === 'online'));
  if (down.length === 0) return;
  say(`${down.length} of ${names.length} do not run: npm start brings them back.`);
  process.exitCode = 1;
}

function rowsOf(name, found, port) {
  const url = port ? urlOf(port) : null;
  if (found.length === 0) return [[name, null, 'stopped', null, null, null, url]];
  return found.map((one) => {
    const uptime = one.status === 'online' ? duration(Date.now() - one.startedAt) : null;
    return [name, one.pid, one.status, uptime, one.restarts, megabytes(one.memory), url];
  });
}

runWord('status', status);
