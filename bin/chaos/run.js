'use strict';
const { inLocal } = require('../local/layout');
const { step } = require('../local/terminal');
const { Customer, pause } = require('./customer');
const { gather } = require('./facts');
const { Faults } = require('./faults');
const { Ledger } = require('./ledger');
const { LossyProxy } = require('./lossy-proxy');
const { orderKinds } = require('./order-kinds');
const { seeded } = require('./random');
const { Receiver } = require('./receiver');
const { judge } = require('./report');

const CUSTOMERS = 8;
const BUSY_SHARE = 1 / 3;
const TWICE_SHARE = 0.05;
const REPLAYED_OF = 20;
const LOG_IN_MS = 240_000;
/** A machine that is slow gets fewer orders a second: it is faults that are tried here, not overload. */
const MOST_OPEN = 64;

/** One run: places `orders` in some `seconds` while faults strike by the schedule of `seed`, waits for quiet, and joins the ledgers. */
async function runOnce(stack, { orders, seconds, seed }) {
  const run = await open(stack, seed);
  try {
    await step('Customers move in', () => moveIn(run));
    const started = Date.now();
    await step('Orders under faults', (note) => underFaults(run, { orders, seconds, note }));
    const took = Math.round((Date.now() - started) / 1000);
    let facts;
    await step('Quiet again', async () => {
      const replays = await replay(run);
      facts = await gather({ ...run, replays });
    });
    return judge(facts, { faults: run.faults, seconds: took });
  } finally {
    await stack.workers.stop();
    for (const part of [...run.proxies, run.receiver, run.ledger]) await part.close();
  }
}

/** Ledger, receiver and the lossy lines: of customers to the gateway, of workers to billing. */
async function open(stack, seed) {
  await stack.mark();
  const ledger = await new Ledger().open(inLocal('ledger', `${new Date().toISOString().replaceAll(':', '')}-${seed}.ndjson`));
  const receiver = new Receiver(ledger, seeded(seed + 1));
  const proxies = ['gateway', 'billing'].map((name, at) => new LossyProxy(stack.urlOf(name), seeded(seed + 2 + at)));
  await Promise.all([receiver, ...proxies].map((part) => part.listen()));
  stack.workers.start(proxies[1].url);
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => {
    return new Customer(proxies[0].url, { name: `customer-${at}`, ledger, callbacks: receiver.url });
  });
  return { stack, ledger, receiver, proxies, customers, seed, faults: new Faults(stack, { seed, proxies, receiver }) };
}

async function moveIn({ stack, customers, receiver }) {
  for (const customer of customers) {
    await customer.moveIn(stack.described.clouds.AWS.connection);
    receiver.secrets.set(customer.name, customer.secret);
  }
}

/** Orders come evenly, as long as not too many are open, a third of them from one customer; faults strike all the while. */
async function underFaults({ customers, faults, seed, ledger }, { orders, seconds, note }) {
  const random = seeded(seed + 4);
  const kinds = orderKinds(random);
  const over = { aborted: false };
  const striking = faults.run(over);
  const renewing = setInterval(() => customers.forEach((customer) => void customer.logIn().catch(() => undefined)), LOG_IN_MS);
  const open = new Set();
  const started = Date.now();
  for (let at = 0; at < orders; at++) {
    const customer = customers[random.next() < BUSY_SHARE ? 0 : Math.floor(random.next() * customers.length)];
    const placing = customer.order(kinds.next().value, random.next() < TWICE_SHARE).finally(() => open.delete(placing));
    open.add(placing);
    note(`${at + 1} placed, ${ledger.of('accepted').length} accepted`);
    await pause(started + ((at + 1) * seconds * 1000) / orders - Date.now());
    if (open.size >= MOST_OPEN) await Promise.race(open);
  }
  await Promise.all(open);
  clearInterval(renewing);
  over.aborted = true;
  await striking;
  await faults.end();
}

/** With all faults gone, what is still unknown is asked for until it is known, and some keys are sent once more: the answers must be the same, byte for byte. */
async function replay({ ledger, customers }) {
  const bodies = new Map(ledger.of('intent').map(({ key, body }) => [key, body]));
  const customerOf = (user) => customers.find(({ id }) => id === user);
  await Promise.all(customers.map((customer) => customer.logIn()));
  for (const { key, user } of ledger.takeOut('unknown')) await customerOf(user).settle(key, bodies.get(key), 30_000);
  const replays = [];
  for (const { key, user, text } of ledger.of('accepted').filter((_, at) => at % REPLAYED_OF === 0)) {
    const again = await customerOf(user).send('POST', '/user/order', bodies.get(key), key);
    const same = again.text === text && again.headers.get('idempotent-replayed') === 'true';
    replays.push({ key, same, again: again.text });
  }
  return replays;
}

module.exports = { runOnce };
