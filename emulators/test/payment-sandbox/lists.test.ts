import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPaymentSandbox, type PaymentSandbox } from '../../src/payment-sandbox';
import { Merchant } from './merchant';
import { KEYS } from './sandbox-process';

let dataDir: string;
let sandbox: PaymentSandbox;
const merchant = new Merchant(() => sandbox.url);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'payment-sandbox-'));
  sandbox = await startPaymentSandbox({ port: 0, dataDir, ...KEYS });
});

afterAll(async () => {
  await sandbox.stop();
  await rm(dataDir, { recursive: true });
});

describe('lists and faults', () => {
  it('pages through the charges since a moment, each once, and refuses a cursor of nobody', async () => {
    const since = new Date().toISOString();
    const keys = Array.from({ length: 130 }, (_, index) => `key-list-${index}`);
    await Promise.all(keys.map((key) => merchant.charge(key)));
    const first = await merchant.call('GET', `/v1/charges?since=${since}`);
    const second = await merchant.call('GET', `/v1/charges?since=${since}&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ attempt }) => attempt).sort()).toEqual(keys.sort());
    expect(second.body.nextCursor).toBeNull();
    expect((await merchant.call('GET', '/v1/events?cursor=-1')).status).toBe(400);
  });

  it('draws the same faults for the same seed, and charges all the same', async () => {
    const run = async (name: string) => {
      await merchant.faults({ seed: 7, answerLost: 0.3, errorAfter: 0.3 });
      const fates: (number | 'lost')[] = [];
      for (let index = 0; index < 20; index += 1)
        fates.push(
          await merchant.charge(`key-${name}-${index}`).then(
            ({ status }) => status,
            () => 'lost' as const,
          ),
        );
      await merchant.faults({});
      return fates;
    };
    const fates = await run('seed-a');
    expect(await run('seed-b')).toEqual(fates);
    expect(new Set(fates)).toEqual(new Set([201, 500, 'lost']));
    for (let index = 0; index < 20; index += 1) expect((await merchant.charge(`key-seed-a-${index}`)).status).toBe(200);
  });

  it.each([{ answerLost: 2 }, { errorAfter: -1 }, { slowMs: '5' }, { seed: {} }])('400 refuses the faults %j', async (faults) => {
    expect((await merchant.faults(faults)).status).toBe(400);
  });
});
