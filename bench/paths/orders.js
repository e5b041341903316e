'use strict';
const { randomUUID } = require('node:crypto');

const SEEDED = 200;
const AT_ONCE = 20;
const NEW_ORDER = {
  items: [{ sku: 'DATA-PROFILE', quantity: 1, input: { dataset: 'penguins.csv' } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
};

const systems = ({ house, urls }) => ({
  NestJS: { base: urls.nest, program: house.program('nest') },
  'NestJS, key parsed once': { base: urls['nest-parsed-key'], program: house.program('nest-parsed-key') },
  order: { base: house.url('order'), program: house.program('order') },
});

/** `POST /user/order` up to the commit of all its rows, each with an idempotency key of its own. */
async function placeOrder(bench) {
  const targets = Object.entries(systems(bench)).map(([name, { base, program }]) => ({
    ...{ name, program, url: `${base}/user/order` },
    ...placement(bench.headers),
  }));
  return { title: 'POST /user/order, durable', results: await bench.contest(targets), goals: against({ NestJS: 4 }) };
}

/** An order as the load sends it, each time under another key. */
const placement = (headers) => ({
  method: 'POST',
  headers: async () => ({ ...(await headers()), 'content-type': 'application/json', 'idempotency-key': '[<id>]' }),
  body: JSON.stringify(NEW_ORDER),
});

/** `GET /order/:id` of one of the caller's orders. */
async function readOrder(bench) {
  const targets = await seeded(bench, ({ base, last }) => `${base}/order/${last}`);
  return { title: 'GET /order/:id', results: await bench.contest(targets), goals: against({ NestJS: 5 }) };
}

/** `GET /orders`: the first page of twenty. */
async function listOrders(bench) {
  const targets = await seeded(bench, ({ base }) => `${base}/orders?limit=20`);
  return { title: 'GET /orders, first page', results: await bench.contest(targets), goals: against({ NestJS: 4 }) };
}

const against = (goals) => [
  ...Object.entries(goals).map(([to, atLeast]) => ({ of: 'order', to, atLeast })),
  { of: 'order', to: 'NestJS, key parsed once' },
];

/** The target of each system, once it has orders to read. */
async function seeded(bench, urlOf) {
  const targets = [];
  for (const [name, { base, program }] of Object.entries(systems(bench))) {
    let last;
    for (let at = 0; at < SEEDED; at += AT_ONCE) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => place(base, bench.headers)));
      last = answers[0].orderId;
    }
    targets.push({ name, program, url: urlOf({ base, last }), headers: bench.headers });
  }
  return targets;
}

/** Places one order and resolves to what was answered. */
async function place(base, headers, order = NEW_ORDER) {
  const response = await fetch(`${base}/user/order`, {
    method: 'POST',
    headers: { ...(await headers()), 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(order),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`POST ${base}/user/order answers ${response.status}: ${text}`);
  return JSON.parse(text).data;
}

module.exports = { placement, placeOrder, readOrder, listOrders, place, NEW_ORDER };
