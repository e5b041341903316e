'use strict';
/**
 * `npm run chaos [-- --full] [-- --seed 1]`: places orders while services, workers, database and emulators are killed or paused, answers
 * are lost and messages doubled; then joins the ledgers of client, database, gateway and receiver and checks what was promised.
 */
const path = require('node:path');
const { parseArgs } = require('node:util');

// A stack of its own: neither the developer's data nor his ports are touched.
process.env.POLYCLOUD_LOCAL_DIR ||= path.join(__dirname, '..', '.local', 'chaos');
process.env.PORT_BASE ||= '18600';
process.env.RATE_LIMIT_FACTOR ||= '1000000';
// A dead worker is noticed sooner than in production, so that a run of minutes sees many take over.
process.env.WORKER_LEASE_SECONDS ||= '6';

const { runWord } = require('./local/failure');
const { inLocal } = require('./local/layout');
const { paint, say, step } = require('./local/terminal');
const { report } = require('./chaos/report');
const { runOnce } = require('./chaos/run');
const { ChaosStack } = require('./chaos/stack');

const SHORT = { orders: '1000', seconds: '100', seeds: '1' };
const FULL = { orders: '5000', seconds: '600', seeds: '10' };

const { values } = parseArgs({
  options: {
    full: { type: 'boolean' },
    orders: { type: 'string' },
    seconds: { type: 'string' },
    seeds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    keep: { type: 'boolean', default: false },
  },
});
const [orders, seconds, seeds] = ['orders', 'seconds', 'seeds'].map((name) =>
  Number(values[name] ?? (values.full ? FULL : SHORT)[name]),
);
const firstSeed = Number(values.seed);

async function chaos() {
  const stack = new ChaosStack();
  let keep = true; // what did not go through to its end is to be looked at
  const end = () => step('Everything down', () => stack.stop({ keep: keep || values.keep }));
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 }))
    process.once(signal, () => void end().finally(() => process.exit(128 + number)));
  try {
    await step('A stack of its own', () => stack.start());
    const runs = [];
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) runs.push(await runAndReport(stack, seed));
    if (seeds > 1) sumUp(runs);
    keep = runs.some(({ holds }) => !holds);
  } finally {
    await end();
  }
  if (keep) say(`Logs, ledgers and data are in ${inLocal()}`);
  process.exit(keep ? 1 : 0);
}

async function runAndReport(stack, seed) {
  say(`Chaos: ${orders} orders in some ${seconds} s; the same schedule again with --seed ${seed}`);
  const judged = await runOnce(stack, { orders, seconds, seed });
  return { ...judged, seed, holds: report(judged) };
}

function sumUp(runs) {
  const sum = (name) => runs.reduce((total, { figures }) => total + figures[name], 0);
  const [lost, doubled, stuck] = ['lost', 'doubled', 'stuck'].map(sum);
  say();
  say(
    paint.bold(
      `${runs.length} runs: ${sum('placed')} orders placed, ${sum('accepted')} accepted, lost ${lost}, doubled ${doubled}, stuck ${stuck}`,
    ),
  );
  const broken = runs.filter(({ holds }) => !holds).map(({ seed }) => seed);
  say(broken.length === 0 ? 'Every invariant held in every run' : `Look at the seeds ${broken.join(', ')}`);
}

runWord('chaos', chaos);
