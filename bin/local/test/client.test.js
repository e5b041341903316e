'use strict';
const http = require('node:http');
const { afterAll, beforeAll, describe, expect, it } = require('@jest/globals');
const { ApiClient } = require('../client');

const answers = {
  'GET /mine': [200, { requestId: 'r', data: [1] }],
  'POST /refused': [
    409,
    { status: 409, code: 'CLOUD_NOT_REGISTERED', detail: 'User 1 has no cloud', hint: 'PUT /user/cloud', requestId: 'r-9' },
  ],
  'POST /wrong': [400, { detail: 'The body is wrong', errors: [{ field: 'email', message: 'is required' }], requestId: 'r-8' }],
};

describe('the client of the gateway', () => {
  const seen = [];
  const server = http.createServer((request, response) => {
    seen.push([request.headers.authorization, request.headers['idempotency-key']]);
    const [status, body] = answers[`${request.method} ${request.url}`] ?? [502, undefined];
    response.writeHead(status).end(body ? JSON.stringify(body) : 'Bad gateway');
  });
  let client;
  beforeAll(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  beforeAll(() => (client = new ApiClient(`http://127.0.0.1:${server.address().port}`)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('shows its token once it has one', async () => {
    await client.get('/mine');
    client.accessToken = 'secret';
    expect((await client.get('/mine')).data).toEqual([1]);
    expect(seen.map(([authorization]) => authorization)).toEqual([undefined, 'Bearer secret']);
  });

  it('tells a problem with its detail and its hint', async () => {
    await expect(client.post('/refused', {}, { 'idempotency-key': 'k' })).rejects.toMatchObject({
      message: 'POST /refused answers 409: User 1 has no cloud (request r-9)',
      mend: 'PUT /user/cloud',
      code: 'CLOUD_NOT_REGISTERED',
    });
    expect(seen.at(-1)[1]).toBe('k');
  });

  it('names the wrong fields, and the request to look for in the logs', async () => {
    await expect(client.post('/wrong', {})).rejects.toMatchObject({
      message: 'POST /wrong answers 400: The body is wrong; email: is required (request r-8)',
      mend: 'npm run logs -- --request r-8',
    });
  });

  it('tells an answer that is no JSON as it is', async () => {
    await expect(client.get('/elsewhere')).rejects.toThrow('GET /elsewhere answers 502: Bad gateway');
  });

  it('says which address gives no answer', async () => {
    await expect(new ApiClient('http://127.0.0.1:1').get('/mine')).rejects.toMatchObject({ mend: 'npm run status' });
  });
});
