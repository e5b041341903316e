'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('./failure');
const { inLocal } = require('./layout');

const file = () => inLocal('start.lock');

/** The process that is starting the stack just now, or undefined; after a crash the number may mean another program. */
function starter() {
  try {
    const { pid, program } = JSON.parse(fs.readFileSync(file(), 'utf8'));
    return programOf(pid) === program ? pid : undefined;
  } catch {
    return undefined;
  }
}

const programOf = (pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');

/** Does the work while no other start of the same stack runs; a lock left by a killed one counts for nothing. */
async function alone(work) {
  const other = starter();
  if (other) throw new Failure(`Another npm start (process ${other}) is at work here`, 'wait until it has ended');
  fs.mkdirSync(path.dirname(file()), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file(), JSON.stringify({ pid: process.pid, program: programOf(process.pid) }));
  try {
    return await work();
  } finally {
    fs.rmSync(file(), { force: true });
  }
}

module.exports = { alone, starter };
