'use strict';
const autocannon = require('autocannon');
const { setTimeout: pause } = require('node:timers/promises');
const { median } = require('./statistics');

/** Counted, not timed: what is compiled and loaded by then must not depend on how busy the machine is. */
const WARM_UP = { amount: 3_000 };
/** For the cheapest reads, and what they are compared with: by its own curve one that takes some fifty microseconds gets faster for so long. */
const WARM_UP_READS = { seconds: 20 };
const MOST_SHED = 0.02;
/** When its time is up a target still has a request of each connection in hand; they must not burden the next one. */
const SETTLE_MS = 700;

/**
 * Loads one target ({ url, method, headers, body, program }) and resolves to { perSecond, p50, p99 } (milliseconds) and, when
 * its program is known, the processor time that one answer takes it (cpuMicros). Answers but 2xx do not count, and fail the run
 * when they are more than a few: a machine that is busy with something else makes a service shed load.
 */
async function fire({ name, url, method = 'GET', headers = {}, body, program }, { connections, seconds, amount }) {
  const asked = typeof headers === 'function' ? await headers() : headers;
  const before = program?.usage().cpuSeconds;
  const result = await autocannon({
    url,
    method,
    headers: asked,
    body,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    idReplacement: method === 'POST',
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > result.requests.total * MOST_SHED) {
    const statuses = JSON.stringify(result.statusCodeStats);
    throw new Error(`${name}: ${failed} of ${result.requests.total} requests failed (${method} ${url}: ${statuses})`);
  }
  const { p50, p99 } = result.latency;
  const cpuMicros = program && ((program.usage().cpuSeconds - before) * 1e6) / result['2xx'];
  return { perSecond: result['2xx'] / result.duration, p50, p99, ...(program && { cpuMicros }) };
}

/**
 * Loads the targets in turn, round after round, so that whatever disturbs the machine disturbs all of them alike.
 * Resolves to the medians by name.
 */
async function contest(targets, { rounds, seconds, connections, warmFor }) {
  const samples = new Map(targets.map(({ name }) => [name, []]));
  for (const target of targets) await warmUp(target, connections, warmFor);
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) {
      samples.get(target.name).push(await fire(target, { connections, seconds }));
      await pause(SETTLE_MS);
    }
  }
  return Object.fromEntries([...samples].map(([name, all]) => [name, mediansOf(all)]));
}

const warmUp = (target, connections, warmFor = WARM_UP) => fire(target, { connections, ...warmFor });

const mediansOf = (samples) =>
  Object.fromEntries(Object.keys(samples[0]).map((field) => [field, median(samples.map((sample) => sample[field]))]));

module.exports = { contest, fire, mediansOf, warmUp, WARM_UP_READS };
