import { providers } from '@polycloud/contracts';
import { BillingBench } from './billing-bench';

describe('POST /quote', () => {
  let bench: BillingBench;
  beforeAll(async () => (bench = await BillingBench.start()));
  afterAll(() => bench.stop());

  it('200 prices each item on the cloud of the caller, and the lines add up to the total', async () => {
    const items = [{ sku: 'DATA-PROFILE', quantity: 3 }, { sku: 'DATA-PREDICT' }];
    const { status, body } = await bench.user({ cloud: 'AWS' }).post('/quote', { items, currency: 'KWD' });
    expect(status).toBe(200);
    expect(body.data.lines).toEqual([
      { sku: 'DATA-PROFILE', quantity: 3, unitPrice: { amount: 390, currency: 'KWD' }, price: { amount: 1170, currency: 'KWD' } },
      {
        sku: 'DATA-PREDICT',
        quantity: 1,
        unitPrice: { amount: 1480, currency: 'KWD' },
        price: { amount: 1480, currency: 'KWD' },
      },
    ]);
    expect(body.data.total).toEqual({ amount: 2650, currency: 'KWD' });
    expect(body.data.tax).toEqual({ amount: 0, currency: 'KWD' });
  });

  it('200 takes USD where no currency is named, and another price on another cloud', async () => {
    const ask = { items: [{ sku: 'DATA-PROFILE' }] };
    const totals = await Promise.all((['AWS', 'IBM'] as const).map((cloud) => bench.user({ cloud }).post('/quote', ask)));
    expect(totals.map(({ body }) => body.data.total)).toEqual([
      { amount: 125, currency: 'USD' },
      { amount: 138, currency: 'USD' },
    ]);
  });

  it('200 takes the newest price whose day has come', async () => {
    const insert = 'INSERT INTO prices (sku, cloud, currency, valid_from, amount) VALUES (?, ?, ?, ?, ?)';
    await bench.db.adminQuery(insert, ['DATA-PREDICT', 'GOOGLE', 'EUR', new Date(Date.now() - 60_000), 777]);
    await bench.db.adminQuery(insert, ['DATA-PREDICT', 'GOOGLE', 'EUR', new Date(Date.now() + 86_400_000), 999]);
    const ask = { items: [{ sku: 'DATA-PREDICT' }], currency: 'EUR' };
    const { body } = await bench.user({ cloud: 'GOOGLE' }).post('/quote', ask);
    expect(body.data.total).toEqual({ amount: 777, currency: 'EUR' });
  });

  it('every price in KWD can be charged by every gateway: a multiple of 10 fils', async () => {
    const odd = await bench.db.adminQuery("SELECT * FROM prices WHERE currency = 'KWD' AND amount % 10 <> 0");
    expect(odd).toEqual([]);
  });

  it('every cloud sells every product in every currency', async () => {
    const [all] = await bench.db.adminQuery('SELECT COUNT(DISTINCT sku, currency) AS offers FROM prices');
    const byCloud = await bench.db.adminQuery('SELECT cloud, COUNT(DISTINCT sku, currency) AS offers FROM prices GROUP BY cloud');
    const offers = Object.fromEntries(byCloud.map(({ cloud, offers }) => [cloud, offers]));
    expect(offers).toEqual(Object.fromEntries(providers.map((cloud) => [cloud, all?.offers])));
  });

  it('409 CLOUD_NOT_REGISTERED names what to do', async () => {
    const { status, body } = await bench.user({ cloud: null }).post('/quote', { items: [{ sku: 'DATA-PROFILE' }] });
    expect([status, body.code]).toEqual([409, 'CLOUD_NOT_REGISTERED']);
    expect(body.hint).toContain('PUT /user/cloud');
  });

  it('422 UNKNOWN_SKU names the SKU', async () => {
    const { status, body } = await bench.user().post('/quote', { items: [{ sku: 'NO-SUCH' }, { sku: 'DATA-PROFILE' }] });
    expect([status, body.code]).toEqual([422, 'UNKNOWN_SKU']);
    expect(body.detail).toContain('NO-SUCH');
    expect(body.detail).not.toContain('DATA-PROFILE');
    expect(body.hint).toContain('check the SKU');
  });

  it('422 UNKNOWN_SKU names the currencies that there are prices in', async () => {
    const { body } = await bench.user().post('/quote', { items: [{ sku: 'DATA-PROFILE' }], currency: 'CHF' });
    expect([body.code, body.hint]).toEqual(['UNKNOWN_SKU', 'On AWS it is sold in EUR, INR, JPY, KWD, USD']);
  });

  it('400 VALIDATION_FAILED for quantities that are no whole pieces', async () => {
    for (const quantity of [0, -1, 1.5, 1001, '2']) {
      const { status } = await bench.user().post('/quote', { items: [{ sku: 'DATA-PROFILE', quantity }] });
      expect(status).toBe(400);
    }
  });

  it('401 without a token', async () => {
    const user = bench.user();
    const { status } = await user.post('/quote', { items: [] }).unset('Authorization');
    expect(status).toBe(401);
  });
});
