import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@polycloud/http';
import { BillingBench } from './billing-bench';

const KWD = (amount: number) => ({ amount, currency: 'KWD' });

describe('the charge of an order', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start()));
  afterAll(() => bench.stop());

  /** The first process of an order bears its id here. */
  const chargeOf = (orderId: string, source = 'tok_ok', amount = KWD(12_340)) => ({
    body: { orderId, processId: orderId, userId: newId(), amount, gateway: 'sandbox', source },
  });

  it('200 charges once, however often it is asked', async () => {
    const orderId = newId();
    const first = await bench.saga[0]!.charge(chargeOf(orderId));
    const second = await bench.saga[0]!.charge(chargeOf(orderId));
    expect(first).toMatchObject({ orderId, status: 'succeeded', amount: 12_340, currency: 'KWD', gateway: 'sandbox' });
    expect(second).toEqual(first);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ attempt: first.paymentId, amount: 12_340, currency: 'KWD' }]);
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toEqual({ orderId, paid: true });
  });

  it('402 PAYMENT_DECLINED says why, leaves the order unpaid, and another source may pay it', async () => {
    const orderId = newId();
    const declined = bench.saga[0]!.charge(chargeOf(orderId, 'tok_insufficient_funds'));
    await expect(declined).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
      detail: expect.stringContaining('insufficient_funds'),
    });
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toEqual({ orderId, paid: false });
    expect(await bench.saga[0]!.charge(chargeOf(orderId))).toMatchObject({ status: 'succeeded' });
  });

  it.each(['tok_timeout', 'tok_error_after_charge'])(
    '504 UPSTREAM_TIMEOUT for a lost answer (%s), settled by asking, not by charging',
    async (source) => {
      const orderId = newId();
      await expect(bench.saga[0]!.charge(chargeOf(orderId, source))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      const [row] = await bench.db.adminQuery('SELECT status, next_check_at AS at FROM payments WHERE order_id = ?', [orderId]);
      expect(row).toMatchObject({ status: 'unknown', at: expect.any(Date) });
      expect(await bench.saga[0]!.charge(chargeOf(orderId, source))).toMatchObject({ status: 'succeeded' });
      expect(await bench.chargesOf(orderId)).toHaveLength(1);
    },
  );

  it('409 INVALID_STATE when the order is asked for with another amount', async () => {
    const orderId = newId();
    await bench.saga[0]!.charge(chargeOf(orderId));
    await expect(bench.saga[0]!.charge(chargeOf(orderId, 'tok_ok', KWD(10)))).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it('400 VALIDATION_FAILED for a gateway that is not there, and nothing is written', async () => {
    const orderId = newId();
    const { body } = chargeOf(orderId);
    await expect(bench.saga[0]!.charge({ body: { ...body, gateway: 'barter' } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    expect(await bench.db.adminQuery('SELECT * FROM payments WHERE order_id = ?', [orderId])).toEqual([]);
  });

  it('gives all of it back, once', async () => {
    const orderId = newId();
    await bench.saga[0]!.charge(chargeOf(orderId));
    const params = { params: { orderId }, body: { processId: orderId } };
    expect(await bench.saga[0]!.refund(params)).toMatchObject([{ status: 'refunded', refundedAmount: 12_340 }]);
    expect(await bench.saga[0]!.refund(params)).toMatchObject([{ status: 'refunded', refundedAmount: 12_340 }]);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ refunded: 12_340 }]);
    expect(await bench.saga[0]!.paid(params)).toEqual({ orderId, paid: false });
  });

  it('refuses a charge that comes after its process was undone, also while a new process works on the order', async () => {
    const orderId = newId();
    expect(await bench.saga[0]!.refund({ params: { orderId }, body: { processId: orderId } })).toEqual([]);
    await expect(bench.saga[0]!.charge(chargeOf(orderId))).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect(await bench.chargesOf(orderId)).toEqual([]);
    const again = { body: { ...chargeOf(orderId).body, processId: newId() } };
    expect(await bench.saga[0]!.charge(again)).toMatchObject({ status: 'succeeded' });
    await expect(bench.saga[0]!.charge(chargeOf(orderId))).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect(await bench.chargesOf(orderId)).toMatchObject([{ status: 'succeeded', refunded: 0 }]);
  });

  it("leaves a new process' payment alone when the undoing of the old one comes again, late", async () => {
    const orderId = newId();
    const undo = { params: { orderId }, body: { processId: orderId } };
    await bench.saga[0]!.refund(undo);
    await bench.saga[0]!.charge({ body: { ...chargeOf(orderId).body, processId: newId() } });
    await bench.saga[0]!.refund(undo);
    expect(await bench.saga[0]!.paid(undo)).toMatchObject({ paid: true });
    expect(await bench.chargesOf(orderId)).toMatchObject([{ status: 'succeeded', refunded: 0 }]);
  });

  it('409 INVALID_STATE for a charge that its gateway answers after the order was taken back; the money goes back', async () => {
    const orderId = newId();
    const again = { params: { orderId }, body: { processId: orderId } };
    await bench.faults({ slowMs: 500 });
    const late = expect(bench.saga[0]!.charge(chargeOf(orderId))).rejects.toMatchObject({ code: 'INVALID_STATE' });
    while ((await bench.chargesOf(orderId)).length === 0) await pause(5);
    await expect(bench.saga[0]!.refund(again)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await late;
    await bench.faults({});
    await bench.saga[0]!.refund(again);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ amount: 12_340, refunded: 12_340 }]);
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toEqual({ orderId, paid: false });
  });

  it('409 REQUEST_IN_PROGRESS while the payer has still to act, and the payment once he has', async () => {
    const orderId = newId();
    const ask = () => bench.saga[0]!.charge(chargeOf(orderId, 'tok_requires_action'));
    for (let time = 0; time < 2; time++) await expect(ask()).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    expect(await bench.saga[0]!.paid({ params: { orderId } })).toEqual({ orderId, paid: false });
    const [charge] = await bench.chargesOf(orderId);
    await bench.payer(charge!.id, 'approve');
    expect(await ask()).toMatchObject({ status: 'succeeded', gatewayReference: charge!.id });
  });

  it('ends a payment that waits for its payer instead of giving it back', async () => {
    const orderId = newId();
    await expect(bench.saga[0]!.charge(chargeOf(orderId, 'tok_requires_action'))).rejects.toThrow();
    expect(await bench.saga[0]!.refund({ params: { orderId }, body: { processId: orderId } })).toMatchObject([
      { status: 'failed', declineReason: 'cancelled' },
    ]);
    expect(await bench.chargesOf(orderId)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('401 for a user: only services charge', async () => {
    const { status } = await bench.user().post('/internal/charges', chargeOf(newId()).body);
    expect(status).toBe(401);
  });
});
