'use strict';
/**
 * `npm run chaos [-- --orders 1000 --seconds 150 --seed 1 --keep]`: places orders while services, workers, database and emulators are killed
 * or paused, answers are lost and messages doubled; then joins the ledgers of client, database, gateway and receiver and checks what was promised.
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
const { say, step } = require('./local/terminal');
const { Customer, pause } = require('./chaos/customer');
const { gather } = require('./chaos/facts');
const { Faults } = require('./chaos/faults');
const { check } = require('./chaos/invariants');
const { Ledger } = require('./chaos/ledger');
const { LossyProxy } = require('./chaos/lossy-proxy');
const { seeded } = require('./chaos/random');
const { Receiver } = require('./chaos/receiver');
const { report } = require('./chaos/report');
const { ChaosStack } = require('./chaos/stack');

const CUSTOMERS = 8;
const REPLAYED = 0.05;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '150' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    keep: { type: 'boolean', default: false },
  },
});
const [orders, seconds, seed] = [values.orders, values.seconds, values.seed].map(Number);

async function chaos() {
  say(`Chaos: ${orders} orders in some ${seconds} s; the same faults again with --seed ${seed}`);
  const stack = new ChaosStack();
  await step('A stack of its own', () => stack.start());
  const run = await open(stack);
  try {
    await step('Customers move in', () => moveIn(run));
    const started = Date.now();
    await step('Orders under faults', (note) => underFaults(run, note));
    const took = Math.round((Date.now() - started) / 1000);
    run.replays = await step('Quiet again', () => replay(run)).then(() => run.compared);
    const facts = await gather(stack, run);
    const isProof = report(facts, { faults: run.faults, checked: check(facts), seconds: took });
    process.exitCode = isProof ? 0 : 1;
  } finally {
    for (const part of [...run.proxies, run.receiver, run.ledger]) part.close();
    if (values.keep) for (const child of stack.extra.values()) child.kill();
    else await stack.stop();
  }
  process.exit();
}

/** Ledger, receiver and the lossy lines: of customers to the gateway, of workers to billing. */
async function open(stack) {
  const ledger = new Ledger(inLocal('ledger', `${new Date().toISOString().replaceAll(':', '')}-${seed}.ndjson`));
  const receiver = new Receiver(ledger, seeded(seed + 1));
  const proxies = ['gateway', 'billing'].map((name, at) => new LossyProxy(stack.urlOf(name), seeded(seed + 2 + at)));
  await Promise.all([receiver, ...proxies].map((part) => part.listen()));
  stack.startWorkers(proxies[1].url);
  const faults = new Faults(stack, { random: seeded(seed), seed, proxies, receiver });
  const random = seeded(seed + 5);
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => {
    return new Customer(proxies[0].url, { name: `customer-${at}`, ledger, random, callbacks: receiver.url });
  });
  return { stack, ledger, receiver, proxies, faults, random, customers };
}

async function moveIn({ stack, customers, receiver }) {
  for (const customer of customers) {
    await customer.moveIn(stack.described.clouds.AWS.connection);
    receiver.secrets.set(customer.name, customer.secret);
  }
}

/** Orders come evenly, a third of them from one customer; faults strike all the while. */
async function underFaults({ customers, faults, random, ledger }, note) {
  const over = { aborted: false };
  const striking = faults.run(Math.max(700, (seconds * 1000) / Math.max(50, orders / 16)), over);
  const renewing = setInterval(() => customers.forEach((customer) => void customer.logIn().catch(() => undefined)), 240_000);
  const placed = [];
  for (let at = 0; at < orders; at++) {
    const busy = random.next() < 1 / 3;
    const customer = customers[busy ? 0 : Math.floor(random.next() * customers.length)];
    placed.push(customer.order());
    note(`${at + 1} placed, ${ledger.of('accepted').length} accepted`);
    await pause((seconds * 1000) / orders);
  }
  await Promise.all(placed);
  clearInterval(renewing);
  over.aborted = true;
  await striking;
  await faults.end();
}

/** With all faults gone, what is still unknown is asked for until it is known, and some keys are sent once more: the answers must be the same, byte for byte. */
async function replay(run) {
  const { ledger, customers } = run;
  const bodies = new Map(ledger.of('intent').map(({ key, body }) => [key, body]));
  const customerOf = (user) => customers.find(({ id }) => id === user);
  await Promise.all(customers.map((customer) => customer.logIn()));
  const open = ledger.of('unknown');
  ledger.lines = ledger.lines.filter(({ kind }) => kind !== 'unknown');
  for (const { key, user, body } of open) await customerOf(user).settle(key, body, 30_000);
  run.compared = [];
  for (const { key, user, text } of ledger.of('accepted').filter((_, at) => at % Math.round(1 / REPLAYED) === 0)) {
    const again = await customerOf(user).send('POST', '/user/order', bodies.get(key), key);
    run.compared.push({
      key,
      same: again.text === text && again.headers.get('idempotent-replayed') === 'true',
      again: again.text,
    });
  }
}

runWord('chaos', chaos);
