'use strict';
const { freePort } = require('../../bin/local/database-server');
const { urlOf } = require('../../bin/local/environment');
const { fire, warmUp, WARM_UP_READS } = require('../load');
const { PAGE, SERVER_CORE } = require('../neighbourhood');
const { ALL_CORES, LOAD_CORE, pinSelf } = require('../program');
const { Quota } = require('../quota');
const { sharesDuring } = require('../shares');
const { median } = require('../statistics');

/** What one process is asked in an hour of ten requests a second, in parts between which its memory is looked at. */
const HOUR = { requests: 36_000, parts: 4 };
/** What each of several instances may take of a core: two of them, the load and the emulators then fit two cores. */
const PART_OF_A_CORE = 0.4;
const STARTED = ['user', 'order', 'billing', 'tenant-data', 'gateway', 'order-worker'];

/** Entry and exit logged, and not: the cost of the level. */
async function logging({ house, headers, contest }) {
  const port = await freePort();
  const env = { LOG_LEVEL: 'debug', PORT: String(port) };
  const program = await house.start('tenant-data', { as: 'tenant-data-debug', core: SERVER_CORE, env });
  const targets = [
    { name: 'entry and exit off', url: house.url('tenant-data') + PAGE, headers, program: house.program('tenant-data') },
    { name: 'entry and exit on', url: urlOf(port) + PAGE, headers, program },
  ];
  const results = await contest(targets, { warmFor: WARM_UP_READS });
  await house.stop('tenant-data-debug');
  const goals = [{ of: 'entry and exit on', to: 'entry and exit off', atLeast: 0.6 }];
  return { title: 'GET /data?dataset= with entry and exit logs', results, goals };
}

/** Start-up of each service, and its memory before it is asked anything. */
async function startup({ house, rounds }) {
  const results = {};
  for (const service of STARTED) {
    const samples = [];
    for (let round = 0; round < rounds; round++) samples.push(await startOnce(house, service));
    const of = (field) => median(samples.map((sample) => sample[field]));
    results[service] = { readyMs: of('readyMs'), rssMb: of('rssMb') };
  }
  const goals = STARTED.flatMap((of) => [
    { of, field: 'readyMs', atMost: 600 },
    { of, field: 'rssMb', atMost: 120 },
  ]);
  return { title: 'Start-up', results, goals };
}

async function startOnce(house, service) {
  const as = `${service}-again`;
  const program = await house.start(service, { as, core: SERVER_CORE, env: { PORT: String(await freePort()) } });
  const figures = { readyMs: await program.ready, rssMb: program.usage().rssMb };
  await house.stop(as);
  return figures;
}

/** Memory of a service over an hour's worth of requests: it must not grow once it is warm. */
async function memory({ house, headers, connections }) {
  const urls = {
    'tenant-data': house.url('tenant-data') + PAGE,
    order: `${house.url('order')}/orders`,
    gateway: house.url('gateway') + PAGE,
    user: `${house.url('user')}/user/details`,
    billing: `${house.url('billing')}/billing/info`,
  };
  const results = {};
  for (const [name, url] of Object.entries(urls)) {
    const program = house.program(name);
    const seen = [program.usage().rssMb];
    for (let part = 0; part < HOUR.parts; part++) {
      await fire({ name, url, headers }, { connections, amount: HOUR.requests / HOUR.parts });
      seen.push(program.usage().rssMb);
    }
    results[name] = { beforeMb: seen[0], warmMb: seen[2], afterMb: seen.at(-1), growth: seen.at(-1) / seen[2] };
  }
  const goals = Object.keys(urls).map((of) => ({ of, field: 'growth', atMost: 1.1 }));
  return { title: `Memory over ${HOUR.requests} requests`, results, goals };
}

/**
 * Reads at one process and at two. None is held to a certain core, but each to a part of one where the machine lets us: what
 * one instance leaves free is else taken by the load, and the second has nothing to show.
 */
async function instances(bench) {
  await bench.house.stop('tenant-data');
  const [one, other] = [await free(bench, 'first'), await free(bench, 'second')];
  const quotas = [one, other].map(({ name, program }) => held(`${name}-${process.pid}`, program.child.pid));
  pinSelf(ALL_CORES);
  try {
    return await oneAndTwo(bench, one, other);
  } finally {
    pinSelf(LOAD_CORE);
    await bench.house.stop(one.name, other.name);
    quotas.forEach((quota) => quota?.close());
    await bench.house.start('tenant-data', { core: SERVER_CORE });
  }
}

function held(name, pid) {
  const quota = Quota.open(name, PART_OF_A_CORE);
  quota?.hold(pid);
  return quota;
}

/** An instance that runs on any core. */
async function free({ house, headers }, which) {
  const [name, port] = [`tenant-data-${which}`, await freePort()];
  const program = await house.start('tenant-data', { as: name, env: { PORT: String(port) } });
  return { name, program, url: urlOf(port) + PAGE, headers };
}

/** Each instance has as many connections in both cases: what it does at a time decides how many share a question to the cloud. */
async function oneAndTwo({ house, rounds, seconds, connections }, one, other) {
  const ways = {
    'one instance': async () => (await fire(one, { connections, seconds })).perSecond,
    'two instances': async () => {
      const both = await Promise.all([one, other].map((target) => fire(target, { connections, seconds })));
      return both[0].perSecond + both[1].perSecond;
    },
  };
  for (const target of [one, other]) await warmUp(target, connections, WARM_UP_READS);
  const samples = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) samples[name].push(await sharesDuring(house, way));
  }
  const figures = (all) => ({ perSecond: median(all.map(({ value }) => value)), share: all.at(-1).share });
  const results = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, figures(all)]));
  return { title: 'One instance and two', results, goals: [{ of: 'two instances', to: 'one instance', atLeast: 1.6 }] };
}

module.exports = { logging, startup, memory, instances };
