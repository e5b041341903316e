import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ServiceIdentity } from '@polycloud/auth';
import { AppError, endpoint, record } from '@polycloud/contracts';
import { createLogger } from '@polycloud/logger';
import { clientOf, handle, routes, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import Joi from 'joi';
import request from 'supertest';

const greetings = {
  greet: endpoint({
    method: 'POST',
    path: '/greet/:name',
    summary: 'Greet',
    access: 'public',
    params: record({ name: Joi.string<string>() }),
    body: record({ times: Joi.number().integer().max(3) }),
    status: 200,
    returns: record({ text: Joi.string<string>() }),
  }),
  away: endpoint({
    method: 'GET',
    path: '/away',
    summary: 'Away',
    access: 'public',
    status: 200,
    returns: record({ text: Joi.string<string>() }),
    fails: ['UNAVAILABLE'],
  }),
  fail: endpoint({ method: 'GET', path: '/fail', summary: 'Fail', access: 'public', status: 200 }),
  mine: endpoint({
    method: 'GET',
    path: '/mine',
    summary: 'Mine',
    status: 200,
    returns: record({ userId: Joi.string<string>() }),
  }),
  count: endpoint({
    method: 'GET',
    path: '/count',
    summary: 'Count',
    access: 'public',
    query: record({}, { to: Joi.number().integer().max(9).default(3) }),
    status: 200,
    returns: record({ to: Joi.number() }),
  }),
  internal: endpoint({
    method: 'GET',
    path: '/internal/who',
    summary: 'Who',
    access: 'service',
    status: 200,
    returns: record({ service: Joi.string<string>() }),
  }),
};

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pub: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
};
const [a, b] = [pair(), pair()];
const trust = { greeter: a.pub, friend: b.pub };
const greeter = new ServiceIdentity('greeter', a.key, trust);
const friend = new ServiceIdentity('friend', b.key, trust);
const caller = { userId: 'u1', roles: ['customer'] as const, cloud: null };

describe('a service made from a contract', () => {
  let running: RunningService;
  const logs = new PassThrough();

  beforeAll(async () => {
    const controller = {
      greet: handle(greetings.greet, ({ params, body }) => ({ text: `hi ${params.name} x${body.times}` })),
      away: handle(greetings.away, () => {
        throw new AppError('UNAVAILABLE', 'nobody is here');
      }),
      fail: handle(greetings.fail, () => {
        throw new Error('secret internals');
      }),
      mine: handle(greetings.mine, ({ caller }) => ({ userId: caller.userId })),
      count: handle(greetings.count, ({ query }) => ({ to: query.to })),
      internal: handle(greetings.internal, ({ caller }) => ({ service: caller.service })),
    };
    running = await serve(
      {
        HOST: '127.0.0.1',
        PORT: 0,
        CORS_ORIGINS: ['http://localhost:4200'],
        TRUST_PROXY: [],
        NOT_AUTHENTICATED_STATUS: 401,
        REQUEST_TIMEOUT_MS: 5000,
      },
      routes(greetings, controller),
      {
        name: 'greeter',
        logger: createLogger({ service: 'greeter', level: 'warn', stream: logs }),
        authenticator: {
          identity: greeter,
          user: (token) => (token === 'good' ? Promise.resolve(caller) : Promise.reject(new AppError('NOT_AUTHENTICATED', 'no'))),
        },
        checks: {},
        close: [],
      },
    );
  });
  afterAll(() => running.stop());

  const post = (body: unknown) =>
    request(running.url)
      .post('/greet/Sara')
      .send(body as object);

  it('200 answers in the envelope with the request id it was given', async () => {
    const answer = await post({ times: 2 }).set('X-Request-Id', 'abc-1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ requestId: 'abc-1', data: { text: 'hi Sara x2' } });
    expect(answer.headers['x-request-id']).toBe('abc-1');
  });

  it('makes a UUID v7 where the given request id is not acceptable', async () => {
    const answer = await post({ times: 1 }).set('X-Request-Id', 'no spaces please');
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('400 VALIDATION_FAILED lists every wrong field', async () => {
    const answer = await request(running.url).post('/greet/Sara?x=1').send({ times: 'many', who: 1 });
    expect(answer.status).toBe(400);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body.errors.map((e: { field: string }) => e.field).sort()).toEqual(['body.times', 'body.who', 'query.x']);
  });

  it.each([1, 2])('reads a query by itself, also when it is asked again (time %i)', async () => {
    const ask = (search: string) => request(running.url).get(`/count${search}`);
    expect((await ask('?to=7')).body.data).toEqual({ to: 7 });
    expect((await ask('')).body.data).toEqual({ to: 3 });
    expect((await ask('?to=10')).body.errors).toEqual([expect.objectContaining({ field: 'query.to' })]);
  });

  it.each([
    ['MALFORMED_JSON', 400, 'application/json', '{"times":'],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'text/plain', 'hello'],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'application/json; charset=utf-7', '{"times":1}'],
    ['VALIDATION_FAILED', 400, 'application/json', '['.repeat(50_000)],
    ['PAYLOAD_TOO_LARGE', 413, 'application/json', `{"a":"${'x'.repeat(200_000)}"}`],
  ])('refuses a body with %s', async (code, status, type, body) => {
    const answer = await request(running.url).post('/greet/Sara').set('Content-Type', type).send(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('500 INTERNAL tells nothing of the inside', async () => {
    const answer = await request(running.url).get('/fail');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
    expect(answer.text).not.toContain('secret internals');
  });

  it('503 is logged with its code, which no mask takes for a secret', async () => {
    logs.read();
    expect((await request(running.url).get('/away')).status).toBe(503);
    expect(JSON.parse(String(logs.read()))).toMatchObject({ level: 'warn', message: 'failed', failure: 'UNAVAILABLE' });
  });

  it('405 names what is allowed, 404 what is missing', async () => {
    const wrong = await request(running.url).delete('/greet/Sara');
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, 'POST']);
    expect((await request(running.url).get('/nowhere')).body.code).toBe('NOT_FOUND');
  });

  it.each([
    ['400', 'VALIDATION_FAILED', 'no HTTP', 'hello\r\n\r\n'],
    ['400', 'VALIDATION_FAILED', 'two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['431', 'PAYLOAD_TOO_LARGE', 'too long a header', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('%s %s answers %s with a problem document, too', async (status, code, _what, bytes) => {
    await expectProblem(bytes, status, code);
  });

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['a body', 'POST /greet/Sara HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ti'],
  ])('408 answers %s that do not come with a problem document', async (_what, bytes) => {
    const { headersTimeout, requestTimeout } = running.server;
    Object.assign(running.server, { headersTimeout: 100, requestTimeout: 100 });
    await expectProblem(bytes, '408', 'VALIDATION_FAILED');
    Object.assign(running.server, { headersTimeout, requestTimeout });
  });

  /** Sends the bytes as they are, and reads until the server ends the connection. */
  async function expectProblem(bytes: string, status: string, code: string): Promise<void> {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*application/problem\\+json`));
    const problem = JSON.parse(body) as { requestId: string };
    expect(problem).toMatchObject({ status: Number(status), code });
    expect(head).toContain(`X-Request-Id: ${problem.requestId}`);
  }

  it('401 without a token, with two, or with a user token where only services may', async () => {
    expect((await request(running.url).get('/mine')).status).toBe(401);
    expect((await request(running.url).get('/mine').set('Authorization', 'Bearer bad')).status).toBe(401);
    expect((await request(running.url).get('/internal/who').set('Authorization', 'Bearer good')).status).toBe(401);
    expect((await request(running.url).get('/mine').set('Authorization', 'Bearer good')).body.data).toEqual({ userId: 'u1' });
  });

  it('serves a peer through the typed client, for itself and on behalf of a user', async () => {
    const api = clientOf(greetings, { name: 'greeter', url: running.url, identity: friend });
    expect(await api.internal({})).toEqual({ service: 'friend' });
    expect(await api.mine({ onBehalfOf: caller })).toEqual({ userId: 'u1' });
    expect(await api.greet({ params: { name: 'Ali' }, body: { times: 1 } })).toEqual({ text: 'hi Ali x1' });
    await expect(api.greet({ params: { name: 'Ali' }, body: { times: 9 } })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(api.fail({})).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    await api.close();
  });

  it('does not believe a service that it has no key of', async () => {
    const stranger = new ServiceIdentity('friend', pair().key, trust);
    const api = clientOf(greetings, { name: 'greeter', url: running.url, identity: stranger });
    await expect(api.internal({})).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    await api.close();
  });
});
