'use strict';
/**
 * Bare Express doing by hand the work of `GET /data?dataset=` that a client sees: a token looked up among those known,
 * a page from memory, a request id, an ETag. It takes the first token that it is shown for a known one; it does not verify, ask the cloud
 * whether the object has changed, validate the query, measure durations, bound the time, or drain when it is told to stop.
 */
const { createHash, randomUUID } = require('node:crypto');
const express = require('express');

const data = JSON.parse(process.env.BENCH_DATA ?? '[]');
const etag = `W/"${createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 27)}"`;
const callers = new Map();

const app = express().disable('x-powered-by').disable('etag');

app.get('/data', (request, response) => {
  const token = request.get('authorization')?.slice('Bearer '.length);
  if (callers.size === 0) callers.set(token, { userId: 'known' });
  const caller = callers.get(token);
  if (!caller) return void response.status(401).json({ code: 'NOT_AUTHENTICATED' });
  const requestId = request.get('x-request-id') ?? randomUUID();
  response.set({ ETag: etag, 'X-Request-Id': requestId, 'X-Cache': 'HIT' });
  if (request.get('if-none-match') === etag) return void response.status(304).end();
  response.json({ requestId, data, page: { limit: 20, nextCursor: null } });
});

app.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
process.once('SIGTERM', () => process.exit(0));
