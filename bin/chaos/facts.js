'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { inLocal } = require('../local/layout');
const { pause } = require('./customer');

const PATIENCE_MS = 240_000;
const DEFECT = /uncaught exception|unhandled rejection/;

/** What still moves: processes on their way, events to publish, callbacks to send, payments nobody knows of. */
async function unsettled(stack) {
  const [order, billing] = await Promise.all([stack.connect('order'), stack.connect('billing')]);
  const count = async (connection, sql) => Number((await connection.query(`SELECT COUNT(*) AS n FROM ${sql}`))[0][0].n);
  try {
    return {
      processes: await count(order, 'user_processes WHERE status = 0'),
      outbox: await count(order, "outbox WHERE state = 'pending'"),
      callbacks: await count(order, "callback_deliveries WHERE state = 'pending'"),
      payments: await count(billing, "payments WHERE status IN ('pending', 'unknown')"),
      refunds: await count(billing, "refunds WHERE status = 'pending'"),
    };
  } finally {
    await Promise.all([order.end(), billing.end()]);
  }
}

/** Waits until nothing moves any more, or patience ends; what is left then is stuck. */
async function quiescence(stack) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = await unsettled(stack).catch(() => undefined);
    if (left && Object.values(left).every((count) => count === 0)) return left;
    if (left && Date.now() > until) return left;
    await pause(1_000);
  }
}

/** Joins the four ledgers for the customers of this run. */
async function gather(stack, { ledger, customers, faults, replays }) {
  const users = customers.map(({ id }) => id);
  const left = await quiescence(stack);
  const [order, billing] = await Promise.all([stack.connect('order'), stack.connect('billing')]);
  const ask = async (connection, sql) => (await connection.query(sql, [users]))[0];
  const rows = await ask(
    order,
    `SELECT o.order_id, o.user_id, o.total_amount, o.process_id, p.status, p.percentage,
       TIMESTAMPDIFF(MICROSECOND, p.created_at, p.updated_at) / 1000 AS ms
     FROM orders o JOIN user_processes p ON p.process_id = o.process_id WHERE o.user_id IN (?)`,
  );
  const history = `SELECT process_id, kind, percentage FROM process_events
    WHERE process_id IN (SELECT process_id FROM user_processes WHERE user_id IN (?)) ORDER BY process_id, event_id`;
  const events = await ask(order, history);
  const payments = await ask(
    billing,
    'SELECT order_id, user_id, amount, refunded_amount, captured_at FROM payments WHERE user_id IN (?)',
  );
  await Promise.all([order.end(), billing.end()]);
  const orders = new Map(rows.map((row) => [row.order_id, row]));
  return {
    ...{
      intents: ledger.of('intent'),
      accepted: ledger.of('accepted'),
      refused: ledger.of('refused'),
      unknown: ledger.of('unknown'),
    },
    ...{ callbacks: ledger.of('callback'), unreadable: ledger.of('unreadable'), replays },
    ...{ orders, events, payments, left, charges: await chargesAt(stack, orders, ledger) },
    leaks: leaksOf(stack, customers),
    unexpectedEnds: await unexpectedEnds(stack, faults),
  };
}

/** The last word of the gateway's own ledger on each charge of this run. */
async function chargesAt(stack, orders, ledger) {
  const answer = await fetch(`${stack.urlOf('payment-sandbox')}/_emulator/ledger`);
  const charges = new Map();
  for (const { charge } of (await answer.json()).data) if (charge) charges.set(charge.id, charge);
  const begun = new Date(ledger.lines[0].at).toISOString();
  return [...charges.values()].filter(({ createdAt, orderRef }) => createdAt >= begun || orders.has(orderRef));
}

function logs() {
  const folder = inLocal('logs');
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8') }));
}

/** Passwords, tokens and keys of this run that some log shows. */
function leaksOf(stack, customers) {
  const { databasePasswords, sandboxSecretKey, sandboxWebhookSecret, platform } = stack.stack.secrets;
  const secrets = {
    ...Object.fromEntries(
      customers.flatMap(({ name, login, token, secret }) => [
        [`${name}'s password`, login.password],
        [`${name}'s token`, token],
        [`${name}'s webhook secret`, secret],
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(databasePasswords).map(([name, password]) => [`database password of ${name}`, password]),
    ),
    ...{
      'key of the gateway': sandboxSecretKey,
      'webhook secret of the gateway': sandboxWebhookSecret,
      'key of the cloud': platform.secretAccessKey,
    },
  };
  return logs().flatMap(({ name, text }) =>
    Object.entries(secrets)
      .filter(([, secret]) => text.includes(secret))
      .map(([what]) => `${what} in ${name}`),
  );
}

/** Restarts beyond those that a kill, or a part that was away at the start, explains, and errors that nobody caught. */
async function unexpectedEnds(stack, faults) {
  const restarts = await stack.restarts();
  const refusals = Object.fromEntries(
    logs().map(({ name, text }) => [path.basename(name, '.log'), text.split('cannot start:').length - 1]),
  );
  const beyond = Object.entries(restarts).filter(([name, count]) => count > (faults.kills[name] ?? 0) + (refusals[name] ?? 0));
  const defects = logs().flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter((line) => DEFECT.test(line))
      .map((line) => `${name}: ${line.slice(0, 300)}`),
  );
  return [
    ...beyond.map(([name, count]) => `${name} was started ${count} times for ${faults.kills[name] ?? 0} kills`),
    ...defects,
  ];
}

module.exports = { gather };
