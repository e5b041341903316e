'use strict';
const fs = require('node:fs');
const { isOurs, isRunning } = require('./pm2');

const PATIENCE_MS = 25_000;

/**
 * Processes of this stack that a killed pm2 has left without anybody to restart or stop them. They are known by the folder
 * of pm2 in their environment, so nobody else's process is ever taken for one.
 */
function findLeftovers() {
  if (isRunning()) return [];
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter(isOurs).map(Number);
}

/** Ends them in order, by force after the time that a service may take. */
async function endLeftovers() {
  const found = findLeftovers();
  signal(found, 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (findLeftovers().length > 0) {
    if (Date.now() > deadline) signal(findLeftovers(), 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return found.length;
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  }
}

module.exports = { findLeftovers, endLeftovers };
