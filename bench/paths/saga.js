'use strict';
const { databaseName } = require('../../bin/local/environment');
const { sharesDuring } = require('../shares');
const { quantile } = require('../statistics');
const { place, NEW_ORDER } = require('./orders');

const TINY = 'tiny.csv';
const TRIVIAL = { ...NEW_ORDER, items: [{ sku: 'DATA-PROFILE', quantity: 1, input: { dataset: TINY } }] };
/** Counted, not timed: what is compiled and loaded by then must not depend on how busy the machine is. */
const WARM_UP_ORDERS = 300;
const LONE_ORDERS = 60;
const FLOOD = 300;
const AT_ONCE = 32;
const LOOK_MS = 20;
const PATIENCE_MS = 120_000;

/** Orders whose work is trivial: how soon a lone one succeeds, and how many a second go through the whole saga. */
async function saga(bench) {
  const { house } = bench;
  await bench.resident.upload(house.url('tenant-data'), TINY, 'a,b\n1,2\n3,4\n');
  await house.start('order-worker');
  await untilIdle(house);
  const first = await loneOrders(bench, 1);
  await placeAll(bench, WARM_UP_ORDERS);
  const lone = await loneOrders(bench, LONE_ORDERS);
  const floods = {};
  for (const workers of [1, 2, 4]) {
    for (let at = Number(workers > 1); at < workers; at++) await hire(house, at);
    floods[`${workers} worker(s)`] = await flood(bench);
  }
  await house.stop('order-worker', ...[1, 2, 3].map((at) => `order-worker-${at}`));
  return {
    title: 'Accepted -> success',
    results: { 'the first order of all processes': { p50: first.p50 }, 'a lone order': lone, ...floods },
    goals: [
      { of: 'a lone order', field: 'p50', atMost: 30 },
      { of: 'a lone order', field: 'p99', atMost: 150 },
    ],
  };
}

async function hire(house, at) {
  const as = `order-worker-${at}`;
  if (at > 0 && !house.program(as)) await house.start('order-worker', { as });
}

/** One order after another, each on an idle system: milliseconds from acceptance to success by the times in the table. */
async function loneOrders(bench, count) {
  const times = [];
  for (let at = 0; at < count; at++) {
    const { processId } = await place(bench.house.url('order'), bench.headers, TRIVIAL);
    await untilEnded(bench.house, [processId]);
    times.push(await lifeOf(bench.house, processId));
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Many orders as fast as they are taken, until the last has succeeded: orders per second, and who had the processor. */
async function flood(bench) {
  const { value: perSecond, share } = await sharesDuring(bench.house, async () => {
    const started = performance.now();
    const placed = await placeAll(bench, FLOOD);
    return placed / ((performance.now() - started) / 1000);
  });
  return { perSecond, share };
}

/** Places at least so many orders and waits for their success; gives how many it were. */
async function placeAll({ house, headers }, count) {
  const processIds = [];
  while (processIds.length < count) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => place(house.url('order'), headers, TRIVIAL)));
    processIds.push(...answers.map(({ processId }) => processId));
  }
  await untilEnded(house, processIds);
  return processIds.length;
}

/** What other paths have placed is worked off first. */
const untilIdle = (house) => untilNoneIsOpen(house, '1', []);

async function untilEnded(house, processIds) {
  await untilNoneIsOpen(house, 'process_id IN (?)', [processIds]);
  const failed = `SELECT error FROM ${databaseName('order')}.user_processes WHERE process_id IN (?) AND status = 2 LIMIT 1`;
  const [[failure]] = await house.admin.query(failed, [processIds]);
  if (failure) throw new Error(`An order has failed: ${failure.error}`);
}

async function untilNoneIsOpen(house, which, values) {
  const deadline = Date.now() + PATIENCE_MS;
  const open = `SELECT COUNT(*) AS open FROM ${databaseName('order')}.user_processes WHERE ${which} AND status = 0`;
  while ((await house.admin.query(open, values))[0][0].open > 0) {
    if (Date.now() > deadline) throw new Error(`After ${PATIENCE_MS} ms there are still orders under process`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function lifeOf(house, processId) {
  const life = `SELECT TIMESTAMPDIFF(MICROSECOND, created_at, updated_at) / 1000 AS ms FROM ${databaseName('order')}.user_processes WHERE process_id = ?`;
  return Number((await house.admin.query(life, [processId]))[0][0].ms);
}

module.exports = { saga };
