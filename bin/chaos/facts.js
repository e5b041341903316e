'use strict';
const { pause } = require('./customer');
const { readLogs, secretsOf } = require('./logs');

const PATIENCE_MS = 240_000;

/** What still moves of these users: processes on their way, events to publish, callbacks to send, payments nobody knows of. */
const UNSETTLED = {
  order: {
    processes: 'user_processes WHERE status = 0 AND user_id IN (?)',
    outbox: "outbox WHERE state = 'pending'",
    callbacks: "callback_deliveries WHERE state = 'pending' AND user_id IN (?)",
  },
  billing: {
    payments: "payments WHERE status IN ('pending', 'unknown') AND user_id IN (?)",
    refunds: "refunds r JOIN payments p USING (payment_id) WHERE r.status = 'pending' AND p.user_id IN (?)",
  },
};

const ROWS = {
  order: {
    orders: `SELECT o.order_id, o.user_id, o.total_amount, o.process_id, p.status, p.percentage,
        TIMESTAMPDIFF(MICROSECOND, p.created_at, p.updated_at) / 1000 AS ms
      FROM orders o JOIN user_processes p ON p.process_id = o.process_id WHERE o.user_id IN (?)`,
    events: `SELECT process_id, kind, step, percentage FROM process_events
      WHERE process_id IN (SELECT process_id FROM user_processes WHERE user_id IN (?)) ORDER BY process_id, event_id`,
  },
  billing: {
    payments: 'SELECT order_id, user_id, amount, refunded_amount, captured_at FROM payments WHERE user_id IN (?)',
  },
};

/** Asks each service's database; `read` makes of the rows what is wanted. */
async function ask(stack, questions, users, read) {
  const answers = {};
  for (const [service, ofService] of Object.entries(questions)) {
    const connection = await stack.connect(service);
    try {
      for (const [name, sql] of Object.entries(ofService)) answers[name] = read((await connection.query(sql, [users]))[0]);
    } finally {
      await connection.end();
    }
  }
  return answers;
}

async function unsettled(stack, users) {
  const counting = Object.entries(UNSETTLED).map(([service, tables]) => [
    service,
    Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, `SELECT COUNT(*) AS n FROM ${table}`])),
  ]);
  return ask(stack, Object.fromEntries(counting), users, ([{ n }]) => Number(n));
}

/** Waits until nothing moves any more, or patience ends; gives what is left then, which is stuck. */
async function quiescence(stack, users) {
  for (const until = Date.now() + PATIENCE_MS; ; await pause(500)) {
    const left = await unsettled(stack, users).catch(() => undefined);
    if (left && (Object.values(left).every((count) => count === 0) || Date.now() > until)) return left;
  }
}

/** Joins the ledgers of client, database, gateway and receiver, and what the customers see, for the customers of this run. */
async function gather({ stack, ledger, customers, faults, replays }) {
  const users = customers.map(({ id }) => id);
  const left = await quiescence(stack, users);
  const { orders: rows, events, payments } = await ask(stack, ROWS, users, (found) => found);
  const orders = new Map(rows.map((row) => [row.order_id, row]));
  const belongings = [];
  for (const customer of customers) belongings.push(await customer.belongings());
  const logs = await readLogs(stack.logs(), secretsOf(stack, customers));
  const told = ['intent', 'accepted', 'refused', 'unknown', 'callback', 'unreadable', 'unanswered'];
  return {
    ...Object.fromEntries(told.map((kind) => [kind, ledger.of(kind)])),
    ...{ replays, orders, events, payments, left, belongings, leaks: logs.leaks, kills: faults.kills },
    charges: await chargesAt(stack, orders, ledger),
    unexpectedEnds: [...unexplained(await stack.restarts(), faults.kills, logs.refusals), ...logs.defects],
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

/** Restarts beyond those that a kill, or a part that was away at the start, explains. */
const unexplained = (restarts, kills, refusals) =>
  Object.entries(restarts)
    .filter(([name, count]) => count > (kills[name]?.length ?? 0) + (refusals[name] ?? 0))
    .map(([name, count]) => `${name} was started ${count} times for ${kills[name]?.length ?? 0} kills`);

module.exports = { gather };
