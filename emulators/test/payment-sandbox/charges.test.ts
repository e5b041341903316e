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

describe('POST /v1/charges', () => {
  it.each([
    ['tok_ok', 'succeeded', null],
    ['tok_declined', 'failed', 'card_declined'],
    ['tok_insufficient_funds', 'failed', 'insufficient_funds'],
    ['tok_requires_action', 'requires_action', null],
  ])('201 with %s is %s', async (source, status, declineCode) => {
    const answer = await merchant.charge(`key-${source}`, source);
    expect(answer).toMatchObject({ status: 201, body: { status, declineCode, refunded: 0 } });
    expect((await merchant.call('GET', `/v1/charges/${answer.body.id}`)).body).toEqual(answer.body);
  });

  it('200 repeats the charge of a key, 409 refuses the key for another request', async () => {
    const first = await merchant.charge('key-repeated');
    const second = await merchant.charge('key-repeated');
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const other = await merchant.charge('key-repeated', 'tok_ok', { amount: 1 });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_reused' } } });
  });

  it('fifty calls in parallel with one key charge once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => merchant.charge('key-parallel')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const { body } = await merchant.call('GET', '/_emulator/ledger');
    expect(body.data.filter(({ charge }) => charge?.attempt === 'key-parallel')).toHaveLength(1);
  });

  it.each([
    ['no amount', { amount: undefined }],
    ['a negative amount', { amount: -1 }],
    ['an amount of zero', { amount: 0 }],
    ['half a unit', { amount: 0.5 }],
    ['an amount that is text', { amount: '12' }],
    ['a currency in lower case', { currency: 'kwd' }],
    ['a source that nobody knows', { source: 'constructor' }],
    ['a return address that is a script', { returnUrl: 'javascript:alert(1)' }],
    ['metadata that is nested', { metadata: { a: {} } }],
  ])('400 refuses %s and charges nothing', async (name, change) => {
    const key = `key-wrong-${name}`;
    expect(await merchant.charge(key, 'tok_ok', change)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    });
    expect((await merchant.call('GET', `/v1/charges?attempt=${encodeURIComponent(key)}`)).body.data).toEqual([]);
  });

  it('400 refuses a body that is no JSON object, or a call without a key; 413 a body too large; 401 a wrong secret', async () => {
    for (const body of ['{', '[]', '1'])
      expect((await merchant.call('POST', '/v1/charges', { body, key: 'k' })).status).toBe(400);
    expect((await merchant.call('POST', '/v1/charges', { body: {} })).status).toBe(400);
    expect((await merchant.call('POST', '/v1/charges', { body: 'x'.repeat(70_000), key: 'k' })).status).toBe(413);
    const wrong = await merchant.call('POST', '/v1/charges', { body: {}, key: 'k', secretKey: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } });
  });

  it('500 follows a charge that was made all the same', async () => {
    expect((await merchant.charge('key-error', 'tok_error_after_charge')).status).toBe(500);
    expect(await merchant.charge('key-error', 'tok_error_after_charge')).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
  });
});

describe('refunds, confirmation and cancelling', () => {
  it('twenty refunds in parallel never exceed the captured amount', async () => {
    const { body: charge } = await merchant.charge('key-refunded', 'tok_ok', { amount: 1_000 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => merchant.refund(charge.id, 300, `refund-${index}`)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const { status, body } of answers) if (status !== 201) expect(body.error.code).toBe('invalid_state');
    expect((await merchant.call('GET', `/v1/charges/${charge.id}`)).body.refunded).toBe(900);
  });

  it('the same refund key gives back once, and is refused for another amount', async () => {
    const { body: charge } = await merchant.charge('key-refund-twice');
    const first = await merchant.refund(charge.id, 10, 'refund-twice');
    expect((await merchant.refund(charge.id, 10, 'refund-twice')).body).toEqual(first.body);
    expect((await merchant.refund(charge.id, 20, 'refund-twice')).status).toBe(409);
    expect((await merchant.call('GET', `/v1/charges/${charge.id}`)).body.refunded).toBe(10);
  });

  it('a payer confirms once: what he decided stays', async () => {
    const { body: charge } = await merchant.charge('key-confirmed', 'tok_requires_action');
    const confirm = (decision: string) => merchant.call('POST', `/v1/charges/${charge.id}/confirm`, { body: { decision } });
    expect((await confirm('perhaps')).status).toBe(400);
    expect(await confirm('approve')).toMatchObject({ status: 200, body: { status: 'succeeded', nextAction: null } });
    expect((await confirm('approve')).status).toBe(200);
    expect((await confirm('decline')).status).toBe(409);
    expect((await merchant.call('POST', `/v1/charges/${charge.id}/cancel`)).status).toBe(409);
  });

  it('a cancelled charge cannot be confirmed any more', async () => {
    const { body: charge } = await merchant.charge('key-cancelled', 'tok_requires_action');
    for (let time = 0; time < 2; time += 1)
      expect((await merchant.call('POST', `/v1/charges/${charge.id}/cancel`)).body.status).toBe('cancelled');
    const confirm = await merchant.call('POST', `/v1/charges/${charge.id}/confirm`, { body: { decision: 'approve' } });
    expect(confirm).toMatchObject({ status: 409, body: { error: { code: 'invalid_state' } } });
  });

  it('the page of a payer escapes what it shows, and its form brings him back to the shop', async () => {
    const change = { orderRef: '<script>"&', returnUrl: 'https://shop.example.com/back' };
    const { body: charge } = await merchant.charge('key-page', 'tok_requires_action', change);
    const page = await (await fetch(charge.nextAction!.url)).text();
    expect(page).toContain('&#60;script&#62;&#34;&#38;');
    expect(page).not.toContain('<script>');
    const body = new URLSearchParams({ decision: 'decline' });
    const form = await fetch(`${sandbox.url}/v1/charges/${charge.id}/confirm`, { method: 'POST', body, redirect: 'manual' });
    expect([form.status, form.headers.get('location')]).toEqual([303, 'https://shop.example.com/back']);
    expect((await merchant.call('GET', `/v1/charges/${charge.id}`)).body.status).toBe('failed');
  });
});
