'use strict';
const { dealt, seeded } = require('./random');

/** A round of strikes, some seventy seconds long: whom they meet, and how often. */
const ROUND = {
  ...{ 'kill order': 3, 'kill order-worker': 2, 'kill second-worker': 3, 'kill third-worker': 3, 'kill billing': 3 },
  ...{ 'kill gateway': 2, 'kill user': 1, 'kill tenant-data': 1, 'kill database': 2, 'kill aws': 1, 'kill payment-sandbox': 2 },
  ...{ 'pause order-worker': 1, 'pause second-worker': 2, 'pause order': 1, 'pause billing': 1, 'pause gateway': 1 },
  ...{ 'pause user': 1, 'pause database': 1, 'pause aws': 1, 'pause payment-sandbox': 1 },
  'wipe aws': 1,
};
/** How many they are. */
const STRIKES = Object.values(ROUND).reduce((sum, count) => sum + count, 0);
/** Between two strikes, on average: often enough that they overlap. */
const STRIKE_MS = 2_000;
/** Pauses in milliseconds. A worker sleeps beyond its lease and comes back as a zombie. */
const SHORT = [500, 3_000];
const ZOMBIE = [8_000, 14_000];

/** What befalls requests, messages and callbacks: so many of each there must be for a hundred orders. */
const LEAST = {
  ...{ 'answer lost': 3, 'request doubled': 1, 'callback refused': 0.5, 'callback dropped': 0.5 },
  ...{ duplicate: 0.5, reorder: 1, delay: 10, receiveLost: 0.1, deleteLost: 0.1, sendAckLost: 0.1, publishPartial: 0.1 },
};

/** The strikes of a seed, without end: [{ kind, part, afterMs, forMs }]. */
function* strikes(seed) {
  const random = seeded(seed);
  for (const strike of dealt(random, ROUND)) {
    const [kind, part] = strike.split(' ');
    const afterMs = STRIKE_MS * random.between(0.5, 1.5);
    yield { kind, part, afterMs, forMs: random.between(...(part.includes('worker') ? ZOMBIE : SHORT)) };
  }
}

/** What a run lacks to prove anything: strikes of the round that never met their part, and faults that were too few for so many orders. */
function tooFew(counts, orders) {
  const never = Object.keys(ROUND).filter((strike) => !counts[strike]);
  const seldom = Object.entries(LEAST)
    .map(([kind, share]) => [kind, Math.max(1, Math.floor((share * orders) / 100))])
    .filter(([kind, least]) => (counts[kind] ?? 0) < least)
    .map(([kind, least]) => `${kind} (${counts[kind] ?? 0} of at least ${least})`);
  return [...never, ...seldom];
}

module.exports = { strikes, STRIKES, tooFew };
