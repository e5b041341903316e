import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceIdentity } from '@polycloud/auth';
import { endpoint, record } from '@polycloud/contracts';
import { handle, routes, type RunningService, serve } from '@polycloud/http';
import { createLogger } from '@polycloud/logger';
import Joi from 'joi';

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

describe('a service with as much under way as it can bear', () => {
  let service: RunningService;
  let waiting = 0;
  let release: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const wait = async () => {
    waiting++;
    await released;
  };

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

    release();
    const statuses = (await Promise.all([...reads, ...writes])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(WRITES);
    expect((await read()).status).toBe(204);
  }, 30_000);
});
