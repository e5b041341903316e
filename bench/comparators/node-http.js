'use strict';
/**
 * The floor: node:http that answers every request with the same JSON. It does not look at the request at all: no
 * token, no route, no request id, no log, no database.
 */
const { createServer } = require('node:http');

const body = Buffer.from(JSON.stringify({ requestId: '-', data: JSON.parse(process.env.BENCH_DATA ?? '[]') }));
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length };

createServer((_request, response) => response.writeHead(200, headers).end(body)).listen(
  Number(process.env.PORT),
  '127.0.0.1',
  () => process.send?.('ready'),
);
process.once('SIGTERM', () => process.exit(0));
