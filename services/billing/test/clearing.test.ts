import { newId } from '@polycloud/http';
import { BillingBench, type LedgerCharge, until } from './billing-bench';

const USD = (amount: number) => ({ amount, currency: 'USD' });

describe('what is left open', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start({ instances: 2 })));
  afterAll(() => bench.stop());

  const charge = (orderId: string, source = 'tok_ok') =>
    bench.saga[0]!.charge({
      body: { orderId, processId: orderId, userId: newId(), amount: USD(900), gateway: 'sandbox', source },
    });
  const rowOf = async (orderId: string) =>
    (await bench.db.adminQuery<{ status: string; checks: number }>('SELECT * FROM payments WHERE order_id = ?', [orderId]))[0]!;
  const makeDue = (orderId: string) =>
    bench.db.adminQuery('UPDATE payments SET next_check_at = NOW(3) WHERE order_id = ?', [orderId]);

  it('a lost answer is settled by asking the gateway, and the order has its invoice', async () => {
    const orderId = newId();
    await expect(charge(orderId, 'tok_timeout')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await makeDue(orderId);
    await until(async () => (await rowOf(orderId)).status === 'succeeded');
    expect(await bench.chargesOf(orderId)).toHaveLength(1);
    expect(await bench.db.adminQuery('SELECT * FROM invoices WHERE order_id = ?', [orderId])).toHaveLength(1);
  });

  it('an attempt that the gateway never got stays open until it has had its time, and is dead then', async () => {
    const orderId = newId();
    await bench.db.adminQuery(
      `INSERT INTO payments (payment_id, order_id, user_id, gateway, amount, currency, status, refunded_amount, checks, next_check_at, created_at, updated_at)
       VALUES (?, ?, ?, 'sandbox', 900, 'USD', 'unknown', 0, 0, NOW(3), NOW(3), NOW(3))`,
      [newId(), orderId, newId()],
    );
    await until(async () => (await rowOf(orderId)).checks === 1);
    expect((await rowOf(orderId)).status).toBe('unknown');
    await bench.db.adminQuery('UPDATE payments SET created_at = NOW(3) - INTERVAL 3 MINUTE WHERE order_id = ?', [orderId]);
    await makeDue(orderId);
    await until(async () => (await rowOf(orderId)).status === 'failed');
  });

  it('a service that died before its call leaves an attempt that the next charge takes up under the same id', async () => {
    const orderId = newId();
    const paymentId = newId();
    await bench.db.adminQuery('INSERT INTO order_accounts (order_id, payment_id, created_at) VALUES (?, ?, NOW(3))', [
      orderId,
      paymentId,
    ]);
    await bench.db.adminQuery(
      `INSERT INTO payments (payment_id, order_id, user_id, gateway, amount, currency, status, refunded_amount, checks, next_check_at, created_at, updated_at)
       VALUES (?, ?, ?, 'sandbox', 900, 'USD', 'pending', 0, 0, NOW(3) - INTERVAL 1 SECOND, NOW(3), NOW(3))`,
      [paymentId, orderId, newId()],
    );
    expect(await charge(orderId)).toMatchObject({ paymentId, status: 'succeeded' });
    expect(await bench.chargesOf(orderId)).toMatchObject([{ attempt: paymentId }]);
  });

  it('a payment that was captured after its order was taken back goes back by itself', async () => {
    const orderId = newId();
    await expect(charge(orderId, 'tok_error_after_charge')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await bench.db.adminQuery('UPDATE order_accounts SET closed_at = NOW(3) WHERE order_id = ?', [orderId]);
    await makeDue(orderId);
    await until(async () => (await rowOf(orderId)).status === 'refunded');
    expect(await bench.chargesOf(orderId)).toMatchObject([{ amount: 900, refunded: 900 }]);
    expect(await bench.db.adminQuery('SELECT * FROM invoices WHERE order_id = ?', [orderId])).toEqual([]);
  });

  it('a payer who took his time has paid when the gateway is asked next', async () => {
    const orderId = newId();
    await expect(charge(orderId, 'tok_requires_action')).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    const [{ id, attempt: paymentId }] = (await bench.chargesOf(orderId)) as [LedgerCharge];
    await bench.payer(id, 'approve');
    await makeDue(orderId);
    await until(async () => (await rowOf(orderId)).status === 'succeeded');
    expect(await charge(orderId)).toMatchObject({ paymentId, status: 'succeeded' });
  });
});
