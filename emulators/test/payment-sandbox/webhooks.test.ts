import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPaymentSandbox, type PaymentSandbox } from '../../src/payment-sandbox';
import { HookReceiver } from './hook-receiver';
import { Merchant } from './merchant';
import { KEYS } from './sandbox-process';

describe('webhooks of the sandbox', () => {
  let dataDir: string;
  let webhookUrl: string;
  let sandbox: PaymentSandbox;
  let receiver: HookReceiver;
  const merchant = new Merchant(() => sandbox.url);
  const start = async () => {
    sandbox = await startPaymentSandbox({ port: 0, dataDir, ...KEYS, webhookUrl, webhookPauseMs: 10 });
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'payment-hooks-'));
    receiver = new HookReceiver();
    webhookUrl = await receiver.open();
    await start();
  });

  afterEach(async () => {
    await sandbox.stop();
    receiver.close();
    await rm(dataDir, { recursive: true });
  });

  const deliveries = async () => {
    await pause(10);
    const { body } = await merchant.call('GET', '/_emulator/ledger');
    return body.data.filter(({ kind }) => kind === 'delivery');
  };

  it('tell of each change, signed over time and raw body', async () => {
    const { body: charge } = await merchant.charge('a', 'tok_requires_action');
    await receiver.received('a', 1);
    await merchant.call('POST', `/v1/charges/${charge.id}/confirm`, { body: { decision: 'approve' } });
    await receiver.received('a', 2);
    await merchant.refund(charge.id, 10, 'r');
    const hooks = await receiver.received('a', 3);
    expect(hooks.map(({ type }) => type)).toEqual(['charge.requires_action', 'charge.succeeded', 'refund.succeeded']);
    for (const { body, signature } of receiver.raw) {
      const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
      expect(mac).toBe(createHmac('sha256', KEYS.webhookSecret).update(`${time}.${body}`).digest('hex'));
    }
    expect(JSON.stringify(hooks)).not.toContain('fingerprint');
  });

  it('come before the answer, twice, or in the wrong order where the source asks for it', async () => {
    await merchant.charge('first', 'tok_webhook_first');
    expect(receiver.hooks.map(({ type }) => type)).toEqual(['charge.succeeded']);
    await merchant.charge('doubled', 'tok_webhook_doubled');
    const doubled = await receiver.received('doubled', 2);
    expect(new Set(doubled.map(({ id }) => id)).size).toBe(1);
    await merchant.charge('disordered', 'tok_webhook_disordered');
    const disordered = await receiver.received('disordered', 2);
    expect(disordered.map(({ type, data }) => [type, data.status])).toEqual([
      ['charge.succeeded', 'succeeded'],
      ['charge.created', 'pending'],
    ]);
  });

  it('go to the address that the charge names', async () => {
    const other = new HookReceiver();
    await merchant.charge('elsewhere', 'tok_ok', { webhookUrl: await other.open() });
    await other.received('elsewhere', 1);
    expect(receiver.hooks).toEqual([]);
    other.close();
  });

  it('are tried until they are answered 2xx, and every try is in the ledger', async () => {
    receiver.answer = () => (receiver.hooks.length < 4 ? 500 : 204);
    await merchant.charge('stubborn');
    const hooks = await receiver.received('stubborn', 4);
    expect(new Set(hooks.map(({ id }) => id)).size).toBe(1);
    let tries = await deliveries();
    while (tries.length < 4) tries = await deliveries();
    expect(tries.map(({ answer, delivered }) => [answer, delivered])).toEqual([
      ['500', false],
      ['500', false],
      ['500', false],
      ['204', true],
    ]);
    await sandbox.stop();
    await start();
    await merchant.charge('next');
    await receiver.received('next', 1);
    // What was delivered before the restart is not sent again.
    expect(receiver.hooks.filter(({ data }) => data.attempt === 'stubborn')).toHaveLength(4);
  });

  it('that nobody took before a stop are sent after the next start', async () => {
    receiver.answer = () => 503;
    await merchant.charge('kept');
    await receiver.received('kept', 1);
    await sandbox.stop();
    const before = receiver.hooks.length;
    receiver.answer = () => 200;
    await start();
    await receiver.received('kept', before + 1);
    expect(new Set(receiver.hooks.map(({ id }) => id)).size).toBe(1);
  });

  it('that hang when the sandbox stops do not hold it, and are sent after the next start', async () => {
    receiver.hangs = true;
    await merchant.charge('hung');
    await receiver.received('hung', 1);
    await sandbox.stop();
    receiver.hangs = false;
    await start();
    const hooks = await receiver.received('hung', 2);
    expect(new Set(hooks.map(({ id }) => id)).size).toBe(1);
  });
});
