'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('./failure');
const { inLocal } = require('./layout');

const file = () => inLocal('start.lock');

/** The live process that is starting the stack just now, or undefined. */
function starter() {
  try {
    const pid = Number(fs.readFileSync(file(), 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Does the work while no other start of the same stack runs; a lock left by a killed one counts for nothing. */
async function alone(work) {
  const other = starter();
  if (other) throw new Failure(`Another npm start (process ${other}) is at work here`, 'wait until it has ended');
  fs.mkdirSync(path.dirname(file()), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file(), String(process.pid));
  try {
    return await work();
  } finally {
    fs.rmSync(file(), { force: true });
  }
}

module.exports = { alone, starter };
