'use strict';
const { WARM_UP_READS } = require('../load');
const { PAGE } = require('../neighbourhood');

/** `GET /data?dataset=` with everything in memory, at the service and through the gateway. */
async function data({ house, urls, headers, contest }) {
  const target = (name, base, program) => ({ name, url: base + PAGE, headers, program: house.program(program) });
  const targets = [
    target('node:http', urls['node-http'], 'node-http'),
    { ...target('Express by hand', urls.express, 'express'), headers: await knownToExpress(urls.express, headers) },
    target('NestJS', urls.nest, 'nest'),
    target('NestJS, key parsed once', urls['nest-parsed-key'], 'nest-parsed-key'),
    target('tenant-data', house.url('tenant-data'), 'tenant-data'),
    target('through a bare hop', urls['bare-hop'], 'bare-hop'),
    target('through the gateway', house.url('gateway'), 'gateway'),
  ];
  const results = await contest(targets, { warmFor: WARM_UP_READS });
  return {
    title: 'GET /data?dataset=, warm',
    results,
    goals: [
      { of: 'tenant-data', to: 'node:http', atLeast: 0.25 },
      { of: 'tenant-data', to: 'NestJS', atLeast: 10 },
      { of: 'tenant-data', to: 'NestJS, key parsed once' },
      { of: 'tenant-data', to: 'Express by hand' },
      { of: 'through the gateway', to: 'tenant-data', atLeast: 0.5 },
      { of: 'through a bare hop', to: 'tenant-data' },
    ],
  };
}

/** The floor takes the first token that it is shown for a known one. */
async function knownToExpress(url, headers) {
  const known = await headers();
  await (await fetch(url + PAGE, { headers: known })).arrayBuffer();
  return known;
}

module.exports = { data };
