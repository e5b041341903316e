'use strict';
const { paint, say } = require('../local/terminal');

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const times = (milliseconds) => {
  const sorted = [...milliseconds].map(Number).sort((a, b) => a - b);
  const seconds = [0.5, 0.99, 1].map((share) => (percentile(sorted, share) / 1000).toFixed(1));
  return `p50 ${seconds[0]} s, p99 ${seconds[1]} s, longest ${seconds[2]} s`;
};

/** Prints the figures of a run; gives whether it proves what it should. */
function report(facts, { faults, checked, seconds }) {
  const { intents, accepted, refused, unknown, orders, callbacks } = facts;
  const ends = [...orders.values()];
  const broken = checked.filter((one) => one.broken.length > 0);
  const tooFew = faults.tooFew(intents.length);
  const stuck = ends.filter(({ status }) => status === 0).length;
  const lost = accepted.filter(({ orderId }) => !orders.has(orderId)).length;
  const doubled = Math.max(0, orders.size - new Set(accepted.map(({ key }) => key)).size);
  say();
  say(
    `Orders      ${intents.length} placed, ${accepted.length} accepted, ${refused.length} refused, ${unknown.length} unknown, in ${seconds} s`,
  );
  say(
    `Ends        ${ends.filter(({ status }) => status === 1).length} succeeded, ${ends.filter(({ status }) => status === 2).length} failed or cancelled`,
  );
  say(`Lost ${lost}, doubled ${doubled}, stuck ${stuck}`);
  say(
    `Faults      ${Object.entries(faults.counts)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
  );
  say(
    `Killed      ${Object.entries(faults.kills)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  say(`Up again    ${times(faults.recoveries.map(({ ms }) => ms))}`);
  say(`Order ended ${times(ends.map(({ ms }) => ms))} after it was accepted`);
  say(`Callbacks   ${callbacks.length} taken for ${orders.size} ends`);
  say();
  for (const { name, broken: cases } of checked) {
    say(
      `${cases.length === 0 ? paint.green('✓') : paint.red('✗')} ${name}${cases.length === 0 ? '' : `: ${cases.length} broken`}`,
    );
    for (const one of cases.slice(0, 3)) say(`    ${JSON.stringify(one).slice(0, 400)}`);
  }
  for (const [kind, share] of tooFew)
    say(paint.red(`✗ Too few faults of the kind ${kind} (at least ${share} a hundred orders): this run proves nothing`));
  say(`${checked.length - broken.length} passed, ${broken.length + (tooFew.length > 0 ? 1 : 0)} failed`);
  return broken.length === 0 && tooFew.length === 0;
}

module.exports = { report };
