'use strict';
/**
 * The floor of a hop: node:http that passes a request on by undici's pool in the cheapest way it has, and its answer back in one
 * piece. It counts, checks, limits and logs nothing, reads no body, and knows neither streams nor clients that go away.
 */
const { createServer } = require('node:http');
const { Pool } = require('undici');

const pool = new Pool(process.env.BENCH_TARGET, { connections: 64 });

/** Hands an answer on to the client when all of it is there. */
class PassedBack {
  chunks = [];

  constructor(response) {
    this.response = response;
  }

  onRequestStart() {}

  onResponseStart(_controller, status, headers) {
    for (const name of ['connection', 'keep-alive', 'transfer-encoding']) delete headers[name];
    this.response.writeHead(status, headers);
  }

  onResponseData(_controller, chunk) {
    this.chunks.push(chunk);
  }

  onResponseEnd() {
    this.response.end(this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks));
  }

  onResponseError() {
    this.response.destroy();
  }
}

createServer(({ method, url, headers: { authorization } }, response) =>
  pool.dispatch({ method, path: url, headers: { authorization } }, new PassedBack(response)),
).listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
process.once('SIGTERM', () => process.exit(0));
