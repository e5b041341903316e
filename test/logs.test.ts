import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { House, type Resident } from './house';

interface Line {
  time: string;
  level: string;
  service: string;
  requestId: string;
  userId?: string;
  message: string;
  method?: string;
  route?: string;
  status?: number;
  ms?: number;
  orderStatus?: string;
}

describe('the logs at info', () => {
  let folder: string;
  let house: House;
  let resident: Resident;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logs-'));
    await mkdir(join(folder, 'logs'));
    house = await House.start({ logFolder: join(folder, 'logs') });
    resident = await house.resident();
    await resident.upload('taxis.csv', 'a,b\n1,2\n');
  }, 60_000);
  afterAll(async () => {
    await house.close();
    await rm(folder, { recursive: true });
  });

  const word = (...args: string[]): Line[] => {
    const env = { ...process.env, POLYCLOUD_LOCAL_DIR: folder };
    const output = execFileSync(process.execPath, [join(__dirname, '../bin/logs.js'), ...args], { env, encoding: 'utf8' });
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  };
  const told = async (requestId: string, last: (line: Line) => boolean): Promise<Line[]> => {
    const lines = word('--request', requestId);
    return lines.some(last) ? lines : new Promise((resolve) => setTimeout(resolve, 200)).then(() => told(requestId, last));
  };

  it("show an order's way through gateway, services and worker in order of time", async () => {
    const items = [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }];
    const { body } = await resident
      .post('/user/order', { items, payment: { gateway: 'sandbox', source: 'tok_ok' } })
      .set('X-Request-Id', 'the-order-1')
      .expect(202);
    expect(body.requestId).toBe('the-order-1');
    const lines = await told('the-order-1', ({ orderStatus }) => orderStatus === 'completed');

    expect(new Set(lines.map(({ service }) => service))).toEqual(new Set(['gateway', 'order', 'user', 'billing', 'worker']));
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).sort());
    const answered = lines.filter(({ message }) => message === 'answered');
    const told202 = { method: 'POST', route: '/user/order', status: 202, userId: resident.id, ms: expect.any(Number) };
    expect(answered).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ service: 'gateway', ...told202 }),
        expect.objectContaining({ service: 'order', ...told202 }),
        expect.objectContaining({ service: 'user', method: 'POST', route: '/internal/tokens/verify', status: 200 }),
        expect.objectContaining({ service: 'billing', method: 'POST', route: '/quote', status: 200 }),
      ]),
    );
  });

  it('tell each request once, and nothing of its query or token', async () => {
    await resident.get('/data?dataset=taxis.csv&columns=b').set('X-Request-Id', 'the-read-1').expect(200);
    const lines = await told('the-read-1', ({ service }) => service === 'gateway');
    const reads = lines.filter(({ route }) => route === '/data');
    expect(reads.map(({ service }) => service).sort()).toEqual(['gateway', 'tenant-data']);
    for (const service of ['gateway', 'tenant-data', 'user']) {
      const text = await readFile(join(folder, 'logs', `${service}.log`), 'utf8');
      expect(text).not.toContain('columns');
      expect(text).not.toContain(resident.token);
      expect(text).not.toContain(resident.credentials.password);
    }
  });

  it('tell who went away before his answer as 499', async () => {
    const aborted = new AbortController();
    const headers = { authorization: `Bearer ${resident.token}`, 'x-request-id': 'the-impatient-1' };
    const { body } = await resident.post('/user/order', {
      items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }],
      payment: { gateway: 'sandbox', source: 'tok_timeout' },
    });
    await fetch(`${house.urls.gateway}/user/process/${body.data.processId}/events`, { headers, signal: aborted.signal });
    aborted.abort();
    const lines = await told('the-impatient-1', ({ service }) => service === 'gateway');
    expect(lines.at(-1)).toMatchObject({ route: '/user/process/:processId/events', status: 499 });
  });

  it("show a request's way whole, however many lines it has", async () => {
    const line = (ms: number) => JSON.stringify({ time: new Date(ms).toISOString(), requestId: 'the-long-1', message: 'entry' });
    const lines = Array.from({ length: 150 }, (_nothing, ms) => line(ms));
    await writeFile(join(folder, 'logs', 'long.log'), `${lines.join('\n')}\n`);
    expect(word('--request', 'the-long-1')).toHaveLength(150);
    expect(word('--request', 'the-long-1', '--lines', '20')).toHaveLength(20);
    expect(word('long')).toHaveLength(100);
  });

  it('keep quiet about probes', async () => {
    for (const path of ['/livez', '/healthz', '/readyz', '/metrics'])
      await fetch(`${house.urls.user}${path}`, { headers: { 'x-request-id': 'the-probe-1' } });
    await fetch(`${house.urls.user}/clouds`, { headers: { 'x-request-id': 'the-probe-1' } });
    const lines = await told('the-probe-1', ({ route }) => route === '/clouds');
    expect(lines).toHaveLength(1);
  });
});

it('at debug show each layer of each service that an order and its data pass', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'logs-'));
  const house = await House.start({ worker: false, logFolder: folder, logLevel: 'debug' });
  const resident = await house.resident();
  await resident.upload('taxis.csv', 'a,b\n1,2\n');
  await resident.get('/data?dataset=taxis.csv').expect(200);
  const items = [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }];
  await resident.post('/user/order', { items, payment: { gateway: 'sandbox', source: 'tok_ok' } }).expect(202);
  await resident.get('/overview').expect(200);
  await house.close();
  for (const service of ['user', 'order', 'billing', 'tenant-data']) {
    const text = await readFile(join(folder, `${service}.log`), 'utf8');
    const entered = [...text.matchAll(/"message":"entry","function":"([\w.]+)"/g)].map(([, name = '']) => name);
    const layers = ['controller', 'bo', 'dao'].filter((layer) =>
      entered.some((name) => name.toLowerCase().includes(`${layer}.`)),
    );
    expect([service, layers]).toEqual([service, ['controller', 'bo', 'dao']]);
  }
  await rm(folder, { recursive: true });
}, 60_000);
