import { AsyncLocalStorage } from 'node:async_hooks';
import { generateKeyPairSync } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceIdentity } from '@polycloud/auth';
import { endpoint, record } from '@polycloud/contracts';
import { handle, routes, type RunningService } from '@polycloud/http';
import { serve } from '@polycloud/http/serve';
import { createLogger } from '@polycloud/logger';
import Joi from 'joi';
import { LoadShedder } from '../src/shedding/load-shedder';

const things = {
  wait: endpoint({ method: 'GET', path: '/wait', summary: 'Wait', access: 'public', status: 204 }),
  make: endpoint({
    method: 'POST',
    path: '/make',
    summary: 'Make',
    access: 'public',
    body: record({ a: Joi.string() }),
    status: 204,
  }),
};
/** As many as a process takes on, and the quarter more that it does for writes. */
const [READS, WRITES] = [512, 640];

// A place in line is kept for half a second, in which a machine that others use too may not get round to it.
jest.retryTimes(2);

describe('a service with as much under way as it can bear', () => {
  let service: RunningService;
  /** Ends what is at work, the first first. */
  const held: (() => void)[] = [];
  let waiting = 0;
  const wait = () => {
    waiting++;
    return new Promise<void>((resolve) => held.push(resolve));
  };
  const release = (count: number) => held.splice(0, count).forEach((end) => end());

  beforeAll(async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const identity = new ServiceIdentity('full', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, {});
    const settings = {
      HOST: '127.0.0.1',
      PORT: 0,
      CORS_ORIGINS: ['https://app.example'],
      TRUST_PROXY: [],
      NOT_AUTHENTICATED_STATUS: 401,
    };
    service = await serve(
      { ...settings, REQUEST_TIMEOUT_MS: 10_000 },
      routes(things, { wait: handle(things.wait, wait), make: handle(things.make, wait) }),
      {
        name: 'full',
        logger: createLogger({ service: 'full', level: 'error', stream: new PassThrough().resume() }),
        authenticator: { identity, user: () => Promise.reject(new Error('nobody')) },
        checks: {},
        close: [],
      },
    );
  });
  afterEach(() => release(held.length));
  afterAll(() => service.stop());

  const read = () => fetch(`${service.url}/wait`, { headers: { origin: 'https://app.example' } });
  const write = () =>
    fetch(`${service.url}/make`, { method: 'POST', body: '{"a":"b"}', headers: { 'content-type': 'application/json' } });
  /** Asks until so many wait; a busy machine may refuse some on the way there. */
  async function fill(ask: () => Promise<Response>, upTo: number): Promise<Promise<Response>[]> {
    const asked: Promise<Response>[] = [];
    let refused = 0;
    while (waiting < upTo) {
      const known = waiting + refused;
      const more = Array.from({ length: Math.min(32, upTo - waiting) }, async () => {
        const answer = await ask();
        if (answer.status === 503) refused++;
        return answer;
      });
      asked.push(...more);
      while (waiting + refused < known + more.length) await pause(5);
    }
    return asked;
  }

  async function untilInLine(count: number): Promise<void> {
    const line = `http_server_waiting_requests ${count}\n`;
    while (!(await service.metrics.text()).includes(line)) await pause(5);
  }

  it('503 refuses more reads, then more writes before their body is read; probes and the rest are answered', async () => {
    const reads = await fill(read, READS);
    const refused = await read();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(await refused.json()).toMatchObject({ code: 'UNAVAILABLE', requestId: refused.headers.get('x-request-id') });
    const writes = await fill(write, WRITES);

    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write('POST /make HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50000\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*"code":"UNAVAILABLE"/);
    socket.destroy();
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);

    release(WRITES);
    const statuses = (await Promise.all([...reads, ...writes])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(WRITES);
  }, 30_000);

  it('lets others wait in line for a moment, writes before reads', async () => {
    waiting = 0;
    const [reads, writes] = [await fill(read, READS), await fill(write, WRITES)];
    const [nextRead, nextWrite] = [read(), write()];
    await untilInLine(2);

    release(1);
    while (waiting < WRITES + 1) await pause(5);
    release(WRITES - READS + 1);
    while (waiting < WRITES + 2) await pause(5);
    const [ofWrite, ofRead] = held.slice(-2);
    ofWrite?.();
    expect((await nextWrite).status).toBe(204);
    ofRead?.();
    expect((await nextRead).status).toBe(204);
    release(held.length);
    await Promise.all([...reads, ...writes]);
  }, 30_000);
});

it('gives a turn in the context of the request that it is for, and none to who went away', () => {
  const context = new AsyncLocalStorage<string>();
  const started: unknown[] = [];
  const shedder = new LoadShedder();
  const guarded = shedder.guard(() => started.push(context.getStore()));
  const ask = (name: string) => {
    const response = new EventEmitter();
    context.run(name, () => guarded({ method: 'GET', url: '/' } as IncomingMessage, response as ServerResponse));
    return response;
  };
  const [first] = Array.from({ length: READS }, () => ask('one of those at work'));
  Object.assign(ask('who goes away'), { destroyed: true });
  ask('who waits');
  expect(started).toHaveLength(READS);
  context.run('one of those at work', () => first?.emit('close'));
  expect(started.slice(READS)).toEqual(['who waits']);
  shedder.close();
});

it('leaves half of the places to other lanes, and gives a turn to who has waited longest of those for whom there is room', () => {
  const started: string[] = [];
  const shedder = new LoadShedder([], (url) => url.split('/')[1] ?? '');
  const guarded = shedder.guard(({ url = '' }) => started.push(url));
  const ask = (url: string) => {
    const response = new EventEmitter();
    guarded({ method: 'GET', url } as IncomingMessage, response as ServerResponse);
    return response;
  };
  const [ofSlow] = Array.from({ length: READS / 2 }, () => ask('/slow'));
  ask('/slow/waits');
  const [ofOther] = Array.from({ length: READS / 2 }, () => ask('/other'));
  ask('/third/waits');
  ask('/other/waits');
  expect(started).toHaveLength(READS);
  ofOther?.emit('close');
  expect(started.slice(READS)).toEqual(['/third/waits']);
  ofSlow?.emit('close');
  expect(started.slice(READS + 1)).toEqual(['/slow/waits']);
  shedder.close();
});

it('takes on fewer while the event loop has no rest, and as many as ever when it has had some', async () => {
  const shedder = new LoadShedder();
  const takenOn = () => {
    let started = 0;
    const guarded = shedder.guard(() => started++);
    const responses = Array.from({ length: READS }, () => new EventEmitter());
    for (const response of responses) guarded({ method: 'GET', url: '/' } as IncomingMessage, response as ServerResponse);
    const atOnce = started;
    // Whoever still waits has gone away.
    for (const response of responses) Object.assign(response, { destroyed: true }).emit('close');
    return atOnce;
  };
  for (const until = performance.now() + 1_500; performance.now() < until;) await new Promise(setImmediate);
  expect(takenOn()).toBeLessThan(READS / 2);
  await pause(2_000);
  expect(takenOn()).toBe(READS);
  shedder.close();
});
