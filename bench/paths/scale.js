'use strict';
const { freePort } = require('../../bin/local/database-server');
const { urlOf } = require('../../bin/local/environment');
const { SERVER_CORE } = require('../neighbourhood');

const FEW = 1_000;
const PAGE_ROWS = 20;
const DEEP_PAGE = 500;
const OWN_SHARE = 20;

/** Lists and process lookups with a thousand orders in the table and with a million, of which a twentieth are the caller's. */
async function scale(bench) {
  const few = await town(bench, 'few', FEW);
  const many = await town(bench, 'many', bench.orders);
  const deep = cursorAt(Math.floor(bench.orders / OWN_SHARE) - DEEP_PAGE * PAGE_ROWS);
  const target = (name, { base, program }, path) => ({ name, url: base + path, headers: bench.headers, program });
  const results = await bench.contest([
    target('page 1 of few', few, '/orders'),
    target('page 1 of many', many, '/orders'),
    target('page 500 of many', many, `/orders?cursor=${deep}`),
    target('a process of few', few, `/user/process/${idOf(OWN_SHARE)}`),
    target('a process of many', many, `/user/process/${idOf(OWN_SHARE)}`),
  ]);
  await bench.house.stop('order-few', 'order-many');
  return {
    title: `GET /orders and GET /user/process/:id with ${FEW} and with ${bench.orders} orders`,
    results,
    goals: [
      { of: 'page 1 of few', to: 'page 1 of many', atMost: 1.5 },
      { of: 'page 1 of few', to: 'page 500 of many', atMost: 1.5 },
      { of: 'a process of few', to: 'a process of many', atMost: 1.5 },
    ],
  };
}

/** An order service on a schema of its own with so many orders. */
async function town({ house, resident }, name, orders) {
  const schema = await house.makeSchema('order', `bench_order_${name}`);
  await fill(house.admin, { database: schema.DATABASE_NAME, owner: resident.id, orders });
  const port = await freePort();
  const program = await house.start('order', { as: `order-${name}`, core: SERVER_CORE, env: { ...schema, PORT: String(port) } });
  return { base: urlOf(port), program };
}

/** Numbers are the ids: every twentieth order is the owner's, the others are of strangers. */
async function fill(admin, { database, owner, orders }) {
  const digits =
    '(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
  const places = [0, 1, 2, 3, 4, 5];
  const numbers = `SELECT ${places.map((place) => `d${place}.d * ${10 ** place}`).join(' + ')} + 1 AS n FROM ${places.map((place) => `${digits} d${place}`).join(', ')}`;
  await admin.query(
    `CREATE TABLE ${database}.numbers (n INT PRIMARY KEY) AS SELECT n FROM (${numbers}) all_numbers WHERE n <= ${orders}`,
  );
  const id = `CONCAT('01900000-0000-7000-8000-', LPAD(HEX(n), 12, '0'))`;
  const user = `IF(n % ${OWN_SHARE} = 0, ?, CONCAT('01900000-0000-7000-9000-', LPAD(HEX(n % 997), 12, '0')))`;
  const from = `FROM ${database}.numbers ORDER BY n`;
  await admin.query(
    `INSERT INTO ${database}.orders (order_id, user_id, process_id, status, currency, total_amount, payment_gateway, payment_source, cloud, created_at, updated_at)
     SELECT ${id}, ${user}, ${id}, 'completed', 'USD', 250, 'sandbox', 'tok_ok', 'AWS', NOW(3), NOW(3) ${from}`,
    [owner],
  );
  await admin.query(
    `INSERT INTO ${database}.order_items SELECT ${id}, 0, 'DATA-PROFILE', 1, 250, '{"dataset":"penguins.csv"}' ${from}`,
  );
  await admin.query(
    `INSERT INTO ${database}.user_processes (process_id, order_id, user_id, saga, status, percentage, step, step_no, direction, attempts, cancel_requested, request_id, version, run_at, created_at, updated_at)
     SELECT ${id}, ${id}, ${user}, 'order', 1, 100, 'finished', 3, 'forward', 0, 0, '-', 1, NOW(3), NOW(3), NOW(3) ${from}`,
    [owner],
  );
}

const idOf = (n) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** The cursor behind the owner's so-many-th order, counted from the oldest. */
const cursorAt = (count) => Buffer.from(idOf(count * OWN_SHARE).replaceAll('-', ''), 'hex').toString('base64url');

module.exports = { scale };
