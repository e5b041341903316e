'use strict';
const autocannon = require('autocannon');
const { fire, mediansOf, warmUp } = require('../load');
const { sharesDuring } = require('../shares');
const { placement } = require('./orders');

const TIMES = 3;
const SECONDS = 15;
/** So many that they go on asking while as many wait as a service takes at a time. */
const CLIENTS = 3_000;
const RECOVERED = 0.9;
const PATIENCE_SECONDS = 30;

/**
 * Three times the load that a service can bear: useful answers a second meanwhile beside those before, and the seconds after it
 * until it bears its load again, next to none of it refused. Of the cheapest reads a load on one core cannot make so many.
 */
async function overload(bench) {
  const { house, headers, rounds } = bench;
  const targets = [
    { name: 'POST /user/order', url: `${house.url('order')}/user/order`, ...placement(headers) },
    { name: 'GET /orders', url: `${house.url('order')}/orders?limit=20`, headers },
  ];
  const samples = new Map(targets.map(({ name }) => [name, []]));
  for (const target of targets) await warmUp(target, bench.connections);
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) samples.get(target.name).push(await overrun(target, bench));
  }
  const results = [...samples].map(([name, all]) => {
    const figures = mediansOf(all.map(({ figures }) => figures));
    return [name, { ...figures, share: all.at(-1).share }];
  });
  return {
    title: `${TIMES} times the capacity`,
    results: Object.fromEntries(results),
    goals: targets.flatMap(({ name: of }) => [
      { of, field: 'usefulShare', atLeast: 0.8 },
      { of, field: 'recoverySeconds', atMost: 10 },
    ]),
  };
}

async function overrun(target, { house, connections, seconds }) {
  const { perSecond } = await fire(target, { connections, seconds });
  const asked = { ...target, headers: await target.headers(), idReplacement: target.method === 'POST' };
  const press = () => autocannon({ ...asked, connections: CLIENTS, overallRate: TIMES * perSecond, duration: SECONDS });
  const { value: result, share } = await sharesDuring(house, press);
  const useful = result['2xx'] / result.duration;
  const recoverySeconds = await untilRecovered(target, { connections, perSecond });
  const offered = result.requests.sent / result.duration;
  return { figures: { perSecond, offered, useful, usefulShare: useful / perSecond, recoverySeconds }, share };
}

/** Loads it as before, a second at a time: the seconds until the first one in which it bears that. */
async function untilRecovered(target, { connections, perSecond }) {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1_000;
  for (;;) {
    const before = elapsed();
    const now = await fire(target, { connections, seconds: 1 }).catch(() => ({ perSecond: 0 }));
    if (now.perSecond >= RECOVERED * perSecond || before > PATIENCE_SECONDS) return Number(before.toFixed(2));
  }
}

module.exports = { overload };
