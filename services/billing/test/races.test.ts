import { AppError } from '@polycloud/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@polycloud/http';
import { BillingBench, until } from './billing-bench';

const KWD = (amount: number) => ({ amount, currency: 'KWD' });
/** Answers get lost or turn into errors after the deed was done. */
const FAULTS = { seed: 7, answerLost: 0.1, errorAfter: 0.05 };

/** Their charges are captured, and their webhooks come first, twice, in the wrong order, or instead of an answer. */
const ODD_SOURCES = ['tok_ok', 'tok_webhook_first', 'tok_webhook_doubled', 'tok_webhook_disordered', 'tok_error_after_charge'];

// Hundreds of payments on a machine that has other things to do.
jest.setTimeout(180_000);

describe('races, on two instances, with a gateway that loses answers', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start({ instances: 2, webhooks: true })));
  afterAll(() => bench.stop());
  beforeEach(() => bench.faults(FAULTS));

  const codeOf = (error: unknown) => (error instanceof AppError ? error.code : String(error));
  const charge = (orderId: string, at: number, { amount = 12_340, source = 'tok_ok' } = {}) =>
    bench.saga[at % 2]!.charge({
      body: { orderId, processId: orderId, userId: newId(), amount: KWD(amount), gateway: 'sandbox', source },
    });
  const undo = (orderId: string, at: number) => bench.saga[at % 2]!.refund({ params: { orderId }, body: { processId: orderId } });
  /** As the saga does: again and again until it succeeds. */
  const undoAtLast = async (orderId: string, at: number) => {
    for (let times = 0; times < 500; times++) {
      const failed = await undo(orderId, at + times).then(() => undefined, codeOf);
      if (failed === undefined) return;
      expect(['UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED']).toContain(failed);
      await pause(50);
    }
    throw new Error(`The order ${orderId} was never taken back`);
  };
  /** Nothing is left to be asked. */
  const settled = async () => {
    await bench.faults({});
    const open = `SELECT payment_id FROM payments WHERE status IN ('pending', 'unknown') OR next_check_at IS NOT NULL
                  UNION SELECT refund_id FROM refunds WHERE status = 'pending'`;
    await until(async () => {
      // What is due in a minute is due now. Where this gets into the way of the service, the next round does it.
      const due = 'SET next_check_at = NOW(3) WHERE next_check_at > NOW(3) + INTERVAL 3 SECOND';
      for (const table of ['payments', 'refunds']) await bench.db.adminQuery(`UPDATE ${table} ${due}`).catch(() => undefined);
      return (await bench.db.adminQuery(open)).length === 0;
    });
  };
  /** Captured and refunded, as our books and as the gateway's ledger have it. */
  const books = async () => {
    const rows = await bench.db.adminQuery<{ captured: string; refunded: string }>(
      'SELECT SUM(IF(captured_at IS NULL, 0, amount)) AS captured, SUM(refunded_amount) AS refunded FROM payments',
    );
    const ours = { captured: Number(rows[0]!.captured), refunded: Number(rows[0]!.refunded) };
    const taken = (await bench.charges()).filter(({ status }) => status === 'succeeded');
    const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
    const theirs = { captured: sum(taken.map(({ amount }) => amount)), refunded: sum(taken.map(({ refunded }) => refunded)) };
    return { ours, theirs };
  };

  it('50 payments of one order at once: one capture', async () => {
    const user = bench.user();
    const orderId = bench.order(user, KWD(12_340));
    const body = { orderId, gateway: 'sandbox', source: 'tok_ok' };
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, at) => user.post('/payment', body, at % 2)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 201)
        expect(['REQUEST_IN_PROGRESS', 'INVALID_STATE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED']).toContain(body.code);
    await settled();
    const taken = (await bench.chargesOf(orderId)).filter(({ status }) => status === 'succeeded');
    expect(taken).toMatchObject([{ amount: 12_340, refunded: 0 }]);
    expect(await bench.db.adminQuery('SELECT * FROM invoices WHERE order_id = ?', [orderId])).toHaveLength(1);
  });

  it('20 refunds of one payment at once: never more than was captured', async () => {
    const user = bench.user();
    const orderId = bench.order(user, KWD(1_000));
    await bench.faults({});
    const { body } = await user.post('/payment', { orderId, gateway: 'sandbox', source: 'tok_ok' });
    await bench.faults(FAULTS);
    const path = `/payment/${body.data.paymentId}/refund`;
    const answers = await Promise.all(Array.from({ length: 20 }, (_none, at) => user.post(path, { amount: 90 }, at % 2)));
    const accepted = answers.filter(({ body }) => body.code !== 'INVALID_STATE').length;
    expect(accepted).toBe(11);
    await settled();
    expect(await bench.chargesOf(orderId)).toMatchObject([{ amount: 1_000, refunded: 990 }]);
    expect((await user.get(`/payment/${body.data.paymentId}`)).body.data).toMatchObject({ refundedAmount: 990 });
  });

  it('cancel against capture, 200 times: the money is taken and given back, or never taken', async () => {
    const orders = Array.from({ length: 200 }, () => bench.order({ userId: newId() }, KWD(10), 'accepted'));
    const outcomes = await inBatches(orders, 20, async (orderId, at) => {
      // The undoing sets out at another moment each time, before the charge or in the midst of it.
      const undone = pause((at % 10) * 8).then(() => undo(orderId, at + 1));
      const [charged] = await Promise.allSettled([pause(16).then(() => charge(orderId, at, { amount: 10 })), undone]);
      return charged.status === 'fulfilled' ? 'charged' : codeOf(charged.reason);
    });
    await settled();
    await inBatches(orders, 20, undoAtLast);
    await settled();
    const taken = (await bench.charges()).filter(({ orderRef, status }) => orders.includes(orderRef) && status === 'succeeded');
    for (const { amount, refunded } of taken) expect(refunded).toBe(amount);
    // Each side has won now and then, or nothing was raced.
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThan(200);
    const holding = await bench.db.adminQuery('SELECT * FROM order_accounts WHERE order_id IN (?) AND payment_id IS NOT NULL', [
      orders,
    ]);
    expect(holding).toEqual([]);
    expect(outcomes).toHaveLength(200);
    expect(
      outcomes.every((outcome) => ['charged', 'INVALID_STATE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_FAILED'].includes(outcome)),
    ).toBe(true);
  });

  it('cancel against the payer who approves, 50 times: the money is taken and given back, or never taken', async () => {
    const orders = Array.from({ length: 50 }, () => newId());
    await inBatches(orders, 10, async (orderId, at) => {
      await charge(orderId, at, { source: 'tok_requires_action' }).catch(() => undefined);
      const [waiting] = await bench.chargesOf(orderId);
      // His answer may be lost as well.
      const approve = () => bench.payer(waiting!.id, 'approve').catch(() => undefined);
      // The first two decide it, so that each side has won; then they race.
      if (at === 0) await undoAtLast(orderId, at).then(approve);
      else if (at === 1) await approve().then(() => undoAtLast(orderId, at));
      else await Promise.all([pause(at % 7).then(approve), undoAtLast(orderId, at)]);
    });
    await settled();
    const ended = (await bench.charges()).filter(({ orderRef }) => orders.includes(orderRef));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['cancelled', 'succeeded']));
    for (const { status, amount, refunded } of ended) expect(refunded).toBe(status === 'succeeded' ? amount : 0);
    const states = await bench.db.adminQuery('SELECT DISTINCT status FROM payments WHERE order_id IN (?) ORDER BY status', [
      orders,
    ]);
    expect(states).toEqual([{ status: 'failed' }, { status: 'refunded' }]);
  });

  it('each order of a busy hour is charged once, whatever is lost and repeated', async () => {
    const orders = Array.from({ length: 60 }, () => newId());
    await inBatches(orders, 10, async (orderId, nth) => {
      const source = nth === 0 ? 'tok_timeout' : ODD_SOURCES[nth % ODD_SOURCES.length]!;
      for (let at = 0; ; at++) {
        const twice = await Promise.allSettled([charge(orderId, at, { source }), charge(orderId, at + 1, { source })]);
        if (twice.some(({ status }) => status === 'fulfilled')) return;
      }
    });
    await settled();
    for (const orderId of orders)
      expect((await bench.chargesOf(orderId)).filter(({ status }) => status === 'succeeded')).toMatchObject([
        { amount: 12_340, refunded: 0 },
      ]);
  });

  it('the books are equal to the last minor unit at the end of it all', async () => {
    await settled();
    const { ours, theirs } = await books();
    expect(ours).toEqual(theirs);
    expect(ours.captured).toBeGreaterThan(0);
  });
});

/** Works on all items, so many at a time. */
async function inBatches<T, R>(items: T[], size: number, work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size)
    results.push(...(await Promise.all(items.slice(at, at + size).map((item, offset) => work(item, at + offset)))));
  return results;
}
