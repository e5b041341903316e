'use strict';
const { paint, say } = require('../local/terminal');
const { check } = require('./invariants');
const { tooFew } = require('./schedule');

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const times = (milliseconds) => {
  const sorted = [...milliseconds].map(Number).sort((a, b) => a - b);
  const [half, most, longest] = [0.5, 0.99, 1].map((share) => (percentile(sorted, share) / 1000).toFixed(1));
  return `p50 ${half} s, p99 ${most} s, longest ${longest} s`;
};
const list = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

/** The figures of a run, and what speaks against it. */
function judge(facts, { faults, seconds }) {
  const { intent, accepted, refused, unknown, orders, callback } = facts;
  const ends = [...orders.values()];
  const withStatus = (status) => ends.filter((end) => end.status === status).length;
  return {
    figures: {
      ...{ placed: intent.length, accepted: accepted.length, refused: refused.length, unknown: unknown.length, seconds },
      ...{ succeeded: withStatus(1), failed: withStatus(2), callbacks: callback.length },
      lost: accepted.filter(({ orderId }) => !orders.has(orderId)).length,
      doubled: Math.max(0, orders.size - new Set(accepted.map(({ key }) => key)).size),
      stuck: withStatus(0),
    },
    faults: faults.counts,
    recoveries: faults.recoveries,
    ends: ends.map(({ ms }) => ms),
    checked: check(facts),
    missing: tooFew(faults.counts, intent.length),
  };
}

/** Prints what a run came to; gives whether it proves what it should. */
function report({ figures, faults, recoveries, ends, checked, missing }) {
  const { placed, accepted, refused, unknown, seconds, succeeded, failed, callbacks, lost, doubled, stuck } = figures;
  say();
  say(`Orders      ${placed} placed, ${accepted} accepted, ${refused} refused, ${unknown} unknown, in ${seconds} s`);
  say(`Ends        ${succeeded} succeeded, ${failed} failed or cancelled; ${callbacks} callbacks were taken`);
  say(`            lost ${lost}, doubled ${doubled}, stuck ${stuck}`);
  say(`Faults      ${list(faults)}`);
  say(`Up again    ${times(recoveries)} after a kill`);
  say(`Order ended ${times(ends)} after it was accepted`);
  say();
  for (const { name, broken } of checked) {
    say(broken.length === 0 ? `${paint.green('✓')} ${name}` : `${paint.red('✗')} ${name}: ${broken.length} broken`);
    for (const one of broken.slice(0, 3)) say(`    ${JSON.stringify(one).slice(0, 400)}`);
  }
  const isValid = missing.length === 0;
  const enough = 'Enough faults of every kind struck';
  say(isValid ? `${paint.green('✓')} ${enough}` : `${paint.red('✗')} ${enough}; this run proves nothing: ${missing.join(', ')}`);
  const broken = checked.filter((one) => one.broken.length > 0).length + (isValid ? 0 : 1);
  say(`${checked.length + 1 - broken} passed, ${broken} failed`);
  return broken === 0;
}

module.exports = { judge, report };
