import { newId } from '@polycloud/http';
import { BillingBench, until } from './billing-bench';
import type { TestUser } from './test-user';

describe('POST /payment/:paymentId/refund', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start()));
  afterAll(() => bench.stop());

  const paid = async (user: TestUser, amount = 1_000) => {
    const orderId = bench.order(user, { amount, currency: 'USD' });
    const { body } = await user.post('/payment', { orderId, gateway: 'sandbox', source: 'tok_ok' });
    return body.data as { paymentId: string; orderId: string };
  };
  const refund = (user: TestUser, paymentId: string, body: object) => user.post(`/payment/${paymentId}/refund`, body);

  it('200 gives back in parts and then the rest, and the order is no longer paid', async () => {
    const user = bench.user();
    const { paymentId, orderId } = await paid(user);
    const part = await refund(user, paymentId, { amount: 300 });
    expect([part.status, part.body.data.status, part.body.data.refundedAmount]).toEqual([200, 'partially_refunded', 300]);
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toMatchObject({ paid: true });
    const rest = await refund(user, paymentId, {});
    expect([rest.body.data.status, rest.body.data.refundedAmount]).toEqual(['refunded', 1_000]);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 1_000 }]);
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toMatchObject({ paid: false });
  });

  it('409 INVALID_STATE for more than is left, and nothing is written', async () => {
    const user = bench.user();
    const { paymentId, orderId } = await paid(user);
    await refund(user, paymentId, { amount: 600 });
    const { status, body } = await refund(user, paymentId, { amount: 401 });
    expect([status, body.code]).toEqual([409, 'INVALID_STATE']);
    expect(body.detail).toContain('400');
    expect(await bench.db.adminQuery('SELECT amount FROM refunds WHERE payment_id = ?', [paymentId])).toHaveLength(1);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 600 }]);
  });

  it.each([0, -1, 0.5, 1e21, '100', null])('400 VALIDATION_FAILED for the amount %p', async (amount) => {
    const user = bench.user();
    const { paymentId } = await paid(user);
    expect((await refund(user, paymentId, { amount })).status).toBe(400);
  });

  it('409 INVALID_STATE for a payment that was never captured', async () => {
    const user = bench.user();
    const orderId = bench.order(user, { amount: 500, currency: 'USD' });
    const { body } = await user.post('/payment', { orderId, gateway: 'sandbox', source: 'tok_requires_action' });
    expect((await refund(user, body.data.paymentId, {})).body.code).toBe('INVALID_STATE');
  });

  it("404 for somebody else's payment", async () => {
    const { paymentId, orderId } = await paid(bench.user());
    expect((await refund(bench.user(), paymentId, {})).status).toBe(404);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 0 }]);
  });

  it('replays the answer of a key and refunds once', async () => {
    const user = bench.user();
    const { paymentId, orderId } = await paid(user);
    const key = newId();
    const send = () => refund(user, paymentId, { amount: 100 }).set('Idempotency-Key', key);
    const [first, second] = [await send(), await send()];
    expect(second.body.data).toEqual(first.body.data);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 100 }]);
  });

  it('refunds once although the answer was lost and the key came again', async () => {
    const user = bench.user();
    const { paymentId, orderId } = await paid(user);
    const key = newId();
    const send = () => refund(user, paymentId, { amount: 100 }).set('Idempotency-Key', key);
    await bench.faults({ answerLost: 1 });
    const lost = await send();
    await bench.faults({});
    expect([lost.status, lost.body.code]).toEqual([504, 'UPSTREAM_TIMEOUT']);
    expect((await send()).body.data).toMatchObject({ status: 'partially_refunded', refundedAmount: 100 });
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 100 }]);
  });

  it('settles a refund whose answer was lost by asking the gateway', async () => {
    const user = bench.user();
    const { paymentId, orderId } = await paid(user);
    await bench.faults({ answerLost: 1 });
    await refund(user, paymentId, { amount: 250 });
    await bench.faults({});
    // Its turn comes five seconds after the loss; here it comes at once.
    await bench.db.adminQuery('UPDATE refunds SET next_check_at = NOW(3) WHERE payment_id = ?', [paymentId]);
    await until(async () => (await user.get(`/payment/${paymentId}`)).body.data.refundedAmount === 250);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 250 }]);
  });
});
