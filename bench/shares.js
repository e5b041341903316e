'use strict';

/** Programs whose part is smaller are not named. */
const LEAST = 0.01;

/**
 * Does some work and says who had the processor meanwhile: { value, share }, the share as text. The load counts with what this
 * process spends; several instances of a worker count as one.
 */
async function sharesDuring(house, work) {
  const before = spent(house);
  const value = await work();
  const used = Object.entries(spent(house)).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]);
  const all = used.reduce((sum, [, seconds]) => sum + seconds, 0);
  const named = used.filter(([, seconds]) => seconds / all >= LEAST).sort((one, other) => other[1] - one[1]);
  return { value, share: named.map(([name, seconds]) => `${name} ${Math.round((seconds / all) * 100)} %`).join(', ') };
}

/** Processor seconds by program. */
function spent(house) {
  const { user, system } = process.cpuUsage();
  const seconds = { load: (user + system) / 1e6, database: house.databaseUsage().cpuSeconds };
  for (const [name, program] of house.programs) {
    const role = name.replace(/-\d+$/, '');
    seconds[role] = (seconds[role] ?? 0) + program.usage().cpuSeconds;
  }
  return seconds;
}

module.exports = { sharesDuring };
