'use strict';
/** `npm run bench [-- --only data,orders --rounds 5 --seconds 2]`: this system, its floor and a usual pick, side by side. */
const { parseArgs } = require('node:util');
const { runWord } = require('../bin/local/failure');
const { build } = require('../bin/local/workspace');
const { contest } = require('./load');
const { Neighbourhood } = require('./neighbourhood');
const { LOAD_CORE, pinSelf } = require('./program');
const { show, write } = require('./report');
const { data } = require('./paths/data');
const { overload } = require('./paths/overload');
const { listOrders, placeOrder, readOrder } = require('./paths/orders');
const { instances, logging, memory, startup } = require('./paths/processes');
const { profiling } = require('./paths/profiling');
const { saga } = require('./paths/saga');
const { scale } = require('./paths/scale');

/** In this order: what comes later finds more rows in the table. */
const PATHS = {
  ...{ startup, data, logging, instances, 'order-read': readOrder, 'order-list': listOrders },
  ...{ saga, 'order-place': placeOrder, overload, memory, scale, profiling },
};

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      connections: { type: 'string', default: '64' },
      orders: { type: 'string', default: '1000000' },
    },
  });
  const names = values.only?.split(',') ?? Object.keys(PATHS);
  const unknown = names.filter((name) => !Object.hasOwn(PATHS, name));
  if (unknown.length > 0) throw new Error(`There is no path ${unknown.join(', ')}; there are ${Object.keys(PATHS).join(', ')}`);
  const numbers = ['rounds', 'seconds', 'connections', 'orders'].map((name) => [name, Number(values[name])]);
  return { names, ...Object.fromEntries(numbers) };
}

async function main() {
  const { names, ...chosen } = options();
  await build();
  const neighbourhood = await Neighbourhood.open(console.log);
  pinSelf(LOAD_CORE);
  const sections = [];
  try {
    for (const name of names) {
      const bench = { ...neighbourhood, ...chosen, contest: (targets, more) => contest(targets, { ...chosen, ...more }) };
      sections.push(show(await PATHS[name](bench)));
    }
  } finally {
    await neighbourhood.close();
  }
  console.log(`\nWritten to ${write(chosen, sections).join(' and ')}`);
}

runWord('bench', main);
