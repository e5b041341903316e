import { House, type Resident } from './house';

describe('GET /overview', () => {
  let house: House;
  let resident: Resident;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    resident = await house.resident();
    await resident.upload('taxis.csv', 'a,b\n1,2\n');
    const payment = { gateway: 'sandbox', source: 'tok_ok' };
    await resident.post('/user/order', { items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }], payment });
  }, 60_000);
  afterAll(() => house.close());

  it('200 brings details, last orders, billing information and datasets', async () => {
    const { status, body } = await resident.get('/overview');
    expect(status).toBe(200);
    const { details, orders, billing, datasets } = body.data;
    expect(details.data.id).toBe(resident.id);
    expect(orders.data).toHaveLength(1);
    expect(billing.data).toHaveProperty('lastPayments');
    expect(datasets.data.map(({ key }: { key: string }) => key)).toContain('taxis.csv');
  });

  it('200 without the part of a service that is away, and says why', async () => {
    await house.stop('billing');
    const { status, body } = await resident.get('/overview');
    expect(status).toBe(200);
    expect(body.data.billing).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    expect(body.data.details.data.id).toBe(resident.id);
    expect(body.data.datasets.data).toHaveLength(1);
  });

  it('401 without a token', async () => {
    expect((await fetch(`${house.urls.gateway}/overview`)).status).toBe(401);
  });
});
