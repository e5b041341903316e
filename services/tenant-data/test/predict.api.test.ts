import { type Tenant, UnderTest } from './under-test';

const under = UnderTest.around();
const records = [
  { age: 30, income: 12.5 },
  { age: 41, income: 0.25 },
];

describe('POST /data/predict', () => {
  let sara: Tenant;
  beforeAll(async () => (sara = await under.tenant({ inferenceEndpoint: under.models.url })));
  const predict = (body: object) => sara.post('/data/predict', body);

  it('200 gives one prediction for each record, in order', async () => {
    const answer = await predict({ endpoint: 'scorer', records });
    expect([answer.status, answer.body.data]).toEqual([200, { predictions: [42.5, 41.25] }]);
  });

  it('409 INVALID_STATE when the registered connection names no models, with the mend', async () => {
    const omar = await under.tenant();
    const answer = await omar.post('/data/predict', { endpoint: 'scorer', records });
    expect([answer.status, answer.body.code]).toEqual([409, 'INVALID_STATE']);
    expect(answer.body.hint).toMatch(/Register the cloud again/);
  });

  it('404 for an endpoint that the cloud does not know', async () => {
    const answer = await predict({ endpoint: 'missing', records });
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('502 CLOUD_FAILED when the model refuses the records, with what to compare', async () => {
    const answer = await predict({ endpoint: 'broken', records });
    expect([answer.status, answer.body.code]).toEqual([502, 'CLOUD_FAILED']);
    expect(answer.body.hint).toMatch(/records/);
  });

  it.each([
    [{ endpoint: 'scorer', records: [] }, 'body.records'],
    [{ endpoint: 'scorer', records: [1] }, 'body.records[0]'],
    [{ endpoint: 'scorer', records: Array.from({ length: 1001 }, () => ({})) }, 'body.records'],
    [{ endpoint: '../x', records }, 'body.endpoint'],
    [{ records }, 'body.endpoint'],
  ])('400 names what is wrong with %j', async (body, field) => {
    const answer = await predict(body);
    expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([400, 'VALIDATION_FAILED', field]);
  });
});
