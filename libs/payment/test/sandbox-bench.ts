import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPaymentSandbox } from '../../../emulators/src/payment-sandbox';
import { PaymentFactory, type WebhookDelivery } from '../src';
import { mute, nobody, type Bench, type Fault, type Levers, type Subject } from './bench';

const KEYS = { secretKey: 'sandbox-key', webhookSecret: 'sandbox-webhook-secret' };

export const sandboxSubject: Subject = {
  name: 'the sandbox gateway',
  open: openSandbox,
  currency: 'KWD',
  sources: {
    ok: 'tok_ok',
    declined: 'tok_declined',
    insufficientFunds: 'tok_insufficient_funds',
    requiresAction: 'tok_requires_action',
  },
  representable: [
    { amount: 500, currency: 'JPY' },
    { amount: 1_999, currency: 'USD' },
    { amount: 12_345, currency: 'KWD' },
  ],
  paysAtOnce: true,
  signsTime: true,
  lacks: {},
};

async function openSandbox(): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'payment-sandbox-'));
  const receiver = await openReceiver();
  const silence = await mute();
  const sandbox = await startPaymentSandbox({ port: 0, dataDir, ...KEYS, webhookUrl: receiver.url });
  const gatewayWith = (change: object) => PaymentFactory.for('sandbox', { baseUrl: sandbox.url, ...KEYS, ...change });
  const post = (path: string, method: string, body: object) => fetch(sandbox.url + path, { method, body: JSON.stringify(body) });
  const levers: Levers = {
    payer: async ({ reference }, approves) => {
      await post(`/v1/charges/${reference}/confirm`, 'POST', { decision: approves ? 'approve' : 'decline' });
    },
    during: async (fault, action) => {
      await post('/_emulator/faults', 'PUT', chanceOf(fault));
      return action().finally(() => post('/_emulator/faults', 'PUT', {}));
    },
    chargesOf: async (attemptId) => {
      const { data } = (await (await fetch(`${sandbox.url}/_emulator/ledger`)).json()) as Ledger;
      return new Set(data.filter((line) => line.charge?.attempt === attemptId).map((line) => line.charge?.id)).size;
    },
    webhook: ({ reference }) => receiver.deliveryOf(reference),
    unreachable: gatewayWith({ baseUrl: await nobody() }),
    unanswered: gatewayWith({ baseUrl: silence.baseUrl, timeoutMs: 300 }),
    wrongWebhookSecret: gatewayWith({ webhookSecret: 'another' }),
  };
  const stop = async () => {
    await sandbox.stop();
    receiver.close();
    silence.close();
    await rm(dataDir, { recursive: true });
  };
  return { gateway: gatewayWith({}), wrongKey: gatewayWith({ secretKey: 'another' }), stop, ...levers };
}

type Ledger = { data: { charge?: { attempt: string; id: string } }[] };

const chanceOf = (fault: Fault) => (fault === 'answer_lost' ? { answerLost: 1 } : { errorAfter: 1 });

/** Takes the webhooks that the sandbox really sends. */
async function openReceiver() {
  const deliveries: WebhookDelivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      deliveries.push({ rawBody: Buffer.concat(chunks), headers: request.headers, now: new Date() });
      response.end();
      server.emit('delivery');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const deliveryOf = async (reference: string): Promise<WebhookDelivery> => {
    const found = deliveries.find(({ rawBody }) => rawBody.includes(reference));
    if (found) return found;
    await once(server, 'delivery');
    return deliveryOf(reference);
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, deliveryOf, close: () => server.close() };
}
