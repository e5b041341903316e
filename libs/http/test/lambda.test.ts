import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceIdentity } from '@polycloud/auth';
import { endpoint } from '@polycloud/contracts';
import { handle, lambdaHandler, NO_PORT, Reply, routes, StreamReply } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { createLogger } from '@polycloud/logger';
import { generateKeyPairSync } from 'node:crypto';
import Joi from 'joi';
import request from 'supertest';
import { apiGateway, loadBalancer } from './api-gateway';

const get = (path: string) =>
  endpoint({ method: 'GET', path, summary: path, access: 'public', status: 200, returns: Joi.string<string>() });
const samples = { text: get('/text'), bytes: get('/bytes'), search: get('/search'), away: get('/away') };

const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256));

const controller = {
  text: handle(samples.text, () => 'سلام'),
  bytes: handle(
    samples.bytes,
    () =>
      new StreamReply(async (response) => {
        response.setHeader('Content-Type', 'application/pdf');
        await pipeline(Readable.from([BYTES.subarray(0, 300), BYTES.subarray(300)]), response);
      }),
  ),
  search: handle(samples.search, () => 'no query is declared'),
  away: handle(samples.away, () => new Reply(undefined, { status: 204, headers: { 'X-Request-Cost': '1' } })),
};

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const identity = new ServiceIdentity('samples', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, {});
const logger = createLogger({ service: 'samples', level: 'error', stream: new PassThrough().resume() });
const settings = {
  ...{ HOST: '127.0.0.1', PORT: 0, CORS_ORIGINS: [], TRUST_PROXY: [], NOT_AUTHENTICATED_STATUS: 401 },
  ...{ REQUEST_TIMEOUT_MS: 5_000, LOG_LEVEL: 'error' },
};
const started: number[] = [];
let failures = 0;

const newHandler = () =>
  lambdaHandler({
    name: 'samples',
    config: () => settings,
    start: (config) => {
      started.push(config.PORT);
      if (failures-- > 0) throw new Error('the database is away');
      return serve(config, routes(samples, controller), {
        name: 'samples',
        logger,
        authenticator: { user: () => Promise.reject(new Error('nobody logs in here')), identity },
        checks: {},
        close: [],
      });
    },
  });

describe.each([
  ['an HTTP API', apiGateway],
  ['a load balancer', loadBalancer],
])('a service as a function behind %s', (_name, door) => {
  let gateway: Awaited<ReturnType<typeof door>>;
  const handler = newHandler();
  beforeAll(async () => (gateway = await door(handler)));
  afterAll(() => gateway.close());
  const http = () => request(gateway.url);

  it('is built again with the next event when its start failed, and then kept, on no port', async () => {
    started.length = 0;
    failures = 1;
    expect((await http().get('/text')).status).toBe(502);
    expect((await http().get('/text')).status).toBe(200);
    expect((await http().get('/text')).body.data).toBe('سلام');
    expect(started).toEqual([NO_PORT, NO_PORT]);
  });

  it('gives bytes as they are, even when they are written piece by piece', async () => {
    const answer = await http().get('/bytes').buffer(true);
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(Buffer.compare(answer.body as Buffer, BYTES)).toBe(0);
  });

  it('hears query, headers and request id, and answers with headers and without a body', async () => {
    const wrong = await http().get('/search?unknown=%20a').set('X-Request-Id', 'abc-123');
    expect([wrong.status, wrong.headers['x-request-id'], wrong.body.errors[0].field]).toEqual([400, 'abc-123', 'query.unknown']);
    const away = await http().get('/away');
    expect([away.status, away.headers['x-request-cost'], away.text]).toEqual([204, '1', '']);
  });

  it('404 as a problem for what there is not', async () => {
    const answer = await http().get('/nothing');
    expect([answer.status, answer.headers['content-type'], answer.body.code]).toEqual([
      404,
      'application/problem+json',
      'NOT_FOUND',
    ]);
  });
});
