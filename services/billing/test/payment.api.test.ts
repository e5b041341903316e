import { newId } from '@polycloud/http';
import { BillingBench, freePort } from './billing-bench';

const USD = (amount: number) => ({ amount, currency: 'USD' });

describe('payments of a user', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start()));
  afterAll(() => bench.stop());

  const pay = (orderId: string, source = 'tok_ok') => ({ orderId, gateway: 'sandbox', source });
  const rowsOf = (orderId: string) => bench.db.adminQuery('SELECT * FROM payments WHERE order_id = ?', [orderId]);

  describe('POST /payment', () => {
    it("201 charges the order's own amount", async () => {
      const user = bench.user();
      const orderId = bench.order(user, USD(1_999));
      const { status, body } = await user.post('/payment', pay(orderId));
      expect(status).toBe(201);
      expect(body.data).toMatchObject({ orderId, status: 'succeeded', amount: 1_999, currency: 'USD', refundedAmount: 0 });
      expect(await bench.chargesOf(orderId)).toMatchObject([{ id: body.data.gatewayReference, amount: 1_999, currency: 'USD' }]);
    });

    it.each([{ amount: 1 }, { status: 'succeeded' }, { paid: true }, { currency: 'JPY' }])(
      '400 VALIDATION_FAILED takes no word of the client for %j',
      async (more) => {
        const user = bench.user();
        const orderId = bench.order(user, USD(1_999));
        expect((await user.post('/payment', { ...pay(orderId), ...more })).status).toBe(400);
        expect(await rowsOf(orderId)).toEqual([]);
      },
    );

    it.each([
      ['KWD', 1_250],
      ['JPY', 500],
    ])('201 knows the decimals of %s', async (currency, amount) => {
      const user = bench.user();
      const orderId = bench.order(user, { amount, currency });
      expect((await user.post('/payment', pay(orderId))).body.data).toMatchObject({ amount, currency });
    });

    it('402 PAYMENT_DECLINED keeps the failed attempt in the history, and the order can be paid otherwise', async () => {
      const user = bench.user();
      const orderId = bench.order(user, USD(500), 'failed');
      const refused = await user.post('/payment', pay(orderId, 'tok_insufficient_funds'));
      expect([refused.status, refused.body.code]).toEqual([402, 'PAYMENT_DECLINED']);
      const { body } = await user.get(`/payments?orderId=${orderId}`);
      expect(body.data).toMatchObject([{ status: 'failed', declineReason: 'insufficient_funds' }]);
      expect((await user.post('/payment', pay(orderId))).status).toBe(201);
    });

    it('201 pending while nobody knows, and succeeded without a second charge when the gateway has been asked', async () => {
      const user = bench.user();
      const orderId = bench.order(user, USD(500));
      const { status, body } = await user.post('/payment', pay(orderId, 'tok_timeout'));
      expect([status, body.data.status]).toEqual([201, 'pending']);
      const again = await user.post('/payment', pay(orderId));
      expect([again.status, again.body.code]).toEqual([409, 'INVALID_STATE']);
      expect(again.body.detail).toContain(body.data.paymentId);
      expect((await user.get(`/payment/${body.data.paymentId}`)).body.data.status).toBe('succeeded');
      expect(await bench.chargesOf(orderId)).toHaveLength(1);
    });

    it('201 requires_action says where the payer must go; a new choice ends the old one first', async () => {
      const user = bench.user();
      const orderId = bench.order(user, USD(500));
      const waiting = (await user.post('/payment', pay(orderId, 'tok_requires_action'))).body.data;
      expect(waiting).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect' } });
      expect((await user.post('/payment', pay(orderId))).body.data.status).toBe('succeeded');
      expect((await user.get(`/payment/${waiting.paymentId}`)).body.data).toMatchObject({ status: 'failed' });
      expect((await bench.chargesOf(orderId)).map(({ status }) => status).sort()).toEqual(['cancelled', 'succeeded']);
    });

    it('409 INVALID_STATE for an order that is paid, or cancelled', async () => {
      const user = bench.user();
      const paid = bench.order(user, USD(500));
      await user.post('/payment', pay(paid));
      const cancelled = bench.order(user, USD(500), 'cancelled');
      for (const orderId of [paid, cancelled])
        expect((await user.post('/payment', pay(orderId))).body.code).toBe('INVALID_STATE');
      expect(await bench.chargesOf(paid)).toHaveLength(1);
      expect(await rowsOf(cancelled)).toEqual([]);
    });

    it('409 INVALID_STATE while the process of the order turns back, 201 once the order is failed', async () => {
      const user = bench.user();
      const orderId = bench.order(user, USD(500));
      await bench.saga[0]!.refund({ params: { orderId }, body: { processId: newId() } });
      expect((await user.post('/payment', pay(orderId))).body.code).toBe('INVALID_STATE');
      expect(await rowsOf(orderId)).toEqual([]);
      bench.neighbours.setOrder(orderId, { status: 'failed' });
      expect((await user.post('/payment', pay(orderId))).status).toBe(201);
    });

    it('409 INVALID_STATE when the order is taken back between its reading and the charge', async () => {
      const user = bench.user();
      const takeBack = (orderId: string) => bench.saga[0]!.refund({ params: { orderId }, body: { processId: newId() } });
      for (const status of ['accepted', 'failed'] as const) {
        const orderId = bench.order(user, USD(500), status);
        if (status === 'failed') await takeBack(orderId);
        bench.neighbours.meanwhile(() => takeBack(orderId));
        expect((await user.post('/payment', pay(orderId))).body.code).toBe('INVALID_STATE');
        expect(await rowsOf(orderId)).toEqual([]);
      }
    });

    it("404 for somebody else's order, and for one that is not there", async () => {
      const foreign = bench.order(bench.user(), USD(500));
      for (const orderId of [foreign, newId()]) {
        expect((await bench.user().post('/payment', pay(orderId))).status).toBe(404);
        expect(await rowsOf(orderId)).toEqual([]);
      }
    });

    it('replays the answer of a key, be it a payment or a refusal, and charges once', async () => {
      const user = bench.user();
      for (const source of ['tok_ok', 'tok_declined']) {
        const orderId = bench.order(user, USD(700));
        const key = newId();
        const send = () => user.post('/payment', pay(orderId, source)).set('Idempotency-Key', key);
        const first = await send();
        const second = await send();
        expect(second.status).toBe(first.status);
        expect(second.body.data).toEqual(first.body.data);
        expect(await rowsOf(orderId)).toHaveLength(1);
        if (source === 'tok_ok') expect(second.headers['idempotent-replayed']).toBe('true');
      }
    });

    it('422 IDEMPOTENCY_KEY_REUSED with another body; the same key of another user is another key', async () => {
      const [user, other] = [bench.user(), bench.user()];
      const key = newId();
      await user.post('/payment', pay(bench.order(user, USD(700)))).set('Idempotency-Key', key);
      const reused = await user.post('/payment', pay(bench.order(user, USD(700)))).set('Idempotency-Key', key);
      expect([reused.status, reused.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      const foreign = await other.post('/payment', pay(bench.order(other, USD(700)))).set('Idempotency-Key', key);
      expect(foreign.status).toBe(201);
    });

    it('502 UPSTREAM_FAILED when the gateway cannot be reached, and nothing stands in the way of another try', async () => {
      const away = await BillingBench.start({ settings: { SANDBOX_URL: `http://127.0.0.1:${await freePort()}` } });
      try {
        const user = away.user();
        const orderId = away.order(user, USD(700));
        for (let time = 0; time < 2; time++) {
          const { status, body } = await user.post('/payment', pay(orderId));
          expect([status, body.code]).toEqual([502, 'UPSTREAM_FAILED']);
        }
      } finally {
        await away.stop();
      }
    });
  });

  describe('GET /payments', () => {
    it('200 pages through the history, newest first, of nobody else', async () => {
      const user = bench.user();
      for (let at = 0; at < 5; at++) await user.post('/payment', pay(bench.order(user, USD(100 + at))));
      await bench.user().get('/payments');
      const first = (await user.get('/payments?limit=3')).body;
      const second = (await user.get(`/payments?limit=3&cursor=${first.page.nextCursor}`)).body;
      expect([...first.data, ...second.data].map(({ amount }: { amount: number }) => amount)).toEqual([104, 103, 102, 101, 100]);
      expect(second.page.nextCursor).toBeNull();
    });

    it("404 for somebody else's payment", async () => {
      const user = bench.user();
      const { body } = await user.post('/payment', pay(bench.order(user, USD(700))));
      expect((await bench.user().get(`/payment/${body.data.paymentId}`)).status).toBe(404);
      expect((await bench.user({ roles: ['admin'] }).get(`/payment/${body.data.paymentId}`)).status).toBe(200);
    });
  });

  describe('GET /billing/info', () => {
    it('200 adds up by currency and by cloud, and tells what is open', async () => {
      const user = bench.user({ cloud: 'IBM' });
      await user.post('/payment', pay(bench.order(user, USD(100))));
      const { body } = await user.post('/payment', pay(bench.order(user, USD(250))));
      await user.post(`/payment/${body.data.paymentId}/refund`, { amount: 50 });
      await user.post('/payment', pay(bench.order(user, { amount: 1_250, currency: 'KWD' })));
      await user.post('/payment', pay(bench.order(user, USD(77)), 'tok_requires_action'));
      const { data } = (await user.get('/billing/info')).body;
      const expected = [
        { currency: 'KWD', payments: 1, paid: 1_250, refunded: 0 },
        { currency: 'USD', payments: 2, paid: 350, refunded: 50 },
      ];
      expect(data.byCurrency).toEqual(expected);
      expect(data.byCloud).toEqual(expected.map((totals) => ({ cloud: 'IBM', ...totals })));
      expect(data.open).toEqual([USD(77)]);
      expect(data.lastPayments).toHaveLength(4);
    });
  });
});
