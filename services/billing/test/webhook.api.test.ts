import { createHmac } from 'node:crypto';
import { newId } from '@polycloud/http';
import request from 'supertest';
import { BillingBench, until } from './billing-bench';

const USD = (amount: number) => ({ amount, currency: 'USD' });
const SECRET = 'sandbox-webhook-secret';

describe('POST /payment/webhook/:gateway', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start({ webhooks: true })));
  afterAll(() => bench.stop());

  const sign = (body: string, { secret = SECRET, at = Math.floor(Date.now() / 1000) } = {}) =>
    `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  const send = (body: string, signature?: string) => {
    const post = request(bench.instances[0]!.url).post('/payment/webhook/sandbox').set('Content-Type', 'application/json');
    return (signature === undefined ? post : post.set('Sandbox-Signature', signature)).send(body);
  };
  const event = (reference: string, type = 'charge.succeeded') =>
    JSON.stringify({
      id: `evt_${newId()}`,
      type,
      createdAt: new Date().toISOString(),
      data: { id: reference, status: 'succeeded', amount: 1 },
    });
  const eventRow = async (body: string) => {
    const { id } = JSON.parse(body) as { id: string };
    return (await bench.db.adminQuery<{ state: string }>('SELECT * FROM gateway_events WHERE event_id = ?', [id]))[0];
  };
  const charge = (orderId: string, source: string) =>
    bench.saga[0]!.charge({
      body: { orderId, processId: orderId, userId: newId(), amount: USD(900), gateway: 'sandbox', source },
    });
  /** A charge that waits for its payer. */
  const waiting = async (orderId: string) => {
    await expect(charge(orderId, 'tok_requires_action')).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    return (await bench.chargesOf(orderId))[0]!;
  };
  const statusOf = async (orderId: string) =>
    (await bench.db.adminQuery<{ status: string }>('SELECT status FROM payments WHERE order_id = ?', [orderId]))[0]?.status;

  it.each(['tok_timeout', 'tok_webhook_first', 'tok_webhook_doubled', 'tok_webhook_disordered'])(
    'the gateway itself tells that an order is paid (%s)',
    async (source) => {
      const orderId = newId();
      await charge(orderId, source).catch(() => undefined);
      await until(async () => (await statusOf(orderId)) === 'succeeded');
      expect(await bench.chargesOf(orderId)).toHaveLength(1);
      expect(await bench.db.adminQuery('SELECT * FROM invoices WHERE order_id = ?', [orderId])).toHaveLength(1);
    },
  );

  it('tells that a payer has approved, or has declined', async () => {
    for (const [decision, status] of [
      ['approve', 'succeeded'],
      ['decline', 'failed'],
    ] as const) {
      const orderId = newId();
      const { id: gatewayReference } = await waiting(orderId);
      await bench.payer(gatewayReference, decision);
      await until(async () => (await statusOf(orderId)) === status);
    }
  });

  it("a signed event's own words move no money: the gateway is asked", async () => {
    const orderId = newId();
    const { id: gatewayReference } = await waiting(orderId);
    const body = event(gatewayReference);
    expect((await send(body, sign(body))).status).toBe(200);
    expect(await statusOf(orderId)).toBe('requires_action');
    expect(await eventRow(body)).toMatchObject({ state: 'applied' });
  });

  it('200 for a replay, with no second effect', async () => {
    const orderId = newId();
    const { gatewayReference } = await charge(orderId, 'tok_ok');
    const body = event(gatewayReference!);
    for (let at = 0; at < 3; at++) expect((await send(body, sign(body))).status).toBe(200);
    expect(await bench.db.adminQuery('SELECT * FROM invoices WHERE order_id = ?', [orderId])).toHaveLength(1);
  });

  it('200 parks an event of a payment that is not known yet, and applies it when it is', async () => {
    const orderId = newId();
    const { id: gatewayReference, attempt: paymentId } = await waiting(orderId);
    const body = event(gatewayReference);
    await bench.db.adminQuery("UPDATE payments SET gateway = 'other' WHERE payment_id = ?", [paymentId]);
    expect((await send(body, sign(body))).status).toBe(200);
    expect(await eventRow(body)).toMatchObject({ state: 'parked' });
    await bench.db.adminQuery("UPDATE payments SET gateway = 'sandbox' WHERE payment_id = ?", [paymentId]);
    await bench.db.adminQuery('UPDATE gateway_events SET next_check_at = NOW(3) WHERE state = ?', ['parked']);
    await until(async () => (await eventRow(body))?.state === 'applied');
  });

  it('200 parks an event while the gateway cannot be asked', async () => {
    const orderId = newId();
    const { id: gatewayReference } = await waiting(orderId);
    const body = event(gatewayReference);
    await bench.faults({ errorAfter: 1 });
    expect((await send(body, sign(body))).status).toBe(200);
    await bench.faults({});
    expect(await eventRow(body)).toMatchObject({ state: 'parked' });
  });

  const body = event('ch_unknown');
  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => string | undefined]>([
    ['no signature', () => undefined],
    ['an empty one', () => ''],
    ["another's secret", () => sign(body, { secret: 'another' })],
    ['another scheme', () => sign(body).replace('v1=', 'v0=')],
    ['a cut one', () => sign(body).slice(0, -1)],
    ['one of another body', () => sign(`${body} `)],
    ['one of 301 seconds ago', () => sign(body, { at: now() - 301 })],
    ['one of the future', () => sign(body, { at: now() + 330 })],
    ['one without a number', () => sign(body).replace(/t=\d+/, 't=soon')],
    ['a hundred', () => `${sign(body)}${`,v1=${'0'.repeat(64)}`.repeat(100)}`],
  ])('400 INVALID_SIGNATURE for %s, and nothing is stored', async (_name, signature) => {
    const answer = await send(body, signature());
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_SIGNATURE']);
    expect(await eventRow(body)).toBeUndefined();
  });

  it('404 for a gateway that is switched off, 413 for a body of a megabyte', async () => {
    const url = bench.instances[0]!.url;
    expect((await request(url).post('/payment/webhook/stripe').send({})).status).toBe(404);
    expect((await send('x'.repeat(1_000_000), sign('x'))).status).toBe(413);
  });
});
