'use strict';

/** A sequence that a seed repeats (Mulberry32): what is drawn decides the whole schedule of a run. */
function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low, high) => low + next() * (high - low);
  return { next, between };
}

/** Names of `{ name: count }` without end. Each round deals every name so many times, in an order of its own. */
function* dealt(random, counts) {
  const round = Object.entries(counts).flatMap(([name, count]) => Array(count).fill(name));
  for (;;) yield* shuffled(round, random);
}

function shuffled(names, random) {
  const left = [...names];
  return names.map(() => left.splice(Math.floor(random.next() * left.length), 1)[0]);
}

module.exports = { seeded, dealt };
