import { UnderTest } from './under-test';

const under = UnderTest.around();
const reads = () => under.proxy.requests.filter(({ method }) => method === 'GET').length;

describe('the cache of GET /data', () => {
  it('answers the same page again without reading it from the cloud', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n1\n');
    const first = await sara.get('/data?dataset=a.csv');
    const before = reads();
    const second = await sara.get('/data?dataset=a.csv');
    expect([first.headers['x-cache'], second.headers['x-cache'], reads() - before]).toEqual(['MISS', 'HIT', 0]);
    expect(second.body.data).toEqual(first.body.data);
    expect(second.headers['etag']).toBe(first.headers['etag']);
    expect((await sara.get('/data?dataset=a.csv&limit=1')).headers['x-cache']).toBe('MISS');
    expect((await sara.get('/data?dataset=a.csv&columns=x')).headers['x-cache']).toBe('MISS');
  });

  it('is filled by one read, however many ask at the same time', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n1\n');
    const before = reads();
    const answers = await Promise.all(Array.from({ length: 100 }, () => sara.get('/data?dataset=a.csv')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[99]?.body.data).toEqual([{ x: '1' }]);
    expect(reads() - before).toBe(1);
  });

  it('304 costs neither a read nor a body', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n1\n');
    const { etag } = (await sara.get('/data?dataset=a.csv')).headers as { etag: string };
    const before = reads();
    for (const match of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
      const answer = await sara.get('/data?dataset=a.csv', { 'If-None-Match': match });
      expect([match, answer.status, answer.text]).toEqual([match, 304, '']);
    }
    expect(reads()).toBe(before);
    expect((await sara.get('/data?dataset=a.csv', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('is never served after a new upload', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n1\n');
    const { etag } = (await sara.get('/data?dataset=a.csv')).headers as { etag: string };
    await sara.put('a.csv', 'x\n2\n');
    const answer = await sara.get('/data?dataset=a.csv', { 'If-None-Match': etag });
    expect([answer.status, answer.headers['x-cache'], answer.body.data]).toEqual([200, 'MISS', [{ x: '2' }]]);
  });

  it('is never served after a delete, also when the same content comes back', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n1\n');
    await sara.get('/data?dataset=a.csv');
    expect((await sara.delete('/data?dataset=a.csv')).status).toBe(204);
    expect((await sara.get('/data?dataset=a.csv')).status).toBe(404);
    expect(await under.database.adminQuery('SELECT 1 FROM dataset_indexes WHERE user_id = ?', [sara.userId])).toEqual([]);
    await sara.put('a.csv', 'x\n1\n');
    expect((await sara.get('/data?dataset=a.csv')).headers['x-cache']).toBe('MISS');
  });

  it('is never served to another user, who has an object of the same name and content', async () => {
    const [sara, omar] = [await under.tenant(), await under.tenant()];
    await sara.put('a.csv', 'x\n1\n');
    await omar.put('a.csv', 'x\n1\n');
    await sara.get('/data?dataset=a.csv');
    expect((await omar.get('/data?dataset=a.csv')).headers['x-cache']).toBe('MISS');
  });

  it('drops the oldest pages when it is full', async () => {
    const sara = await under.tenant();
    const text = 'x'.repeat(300_000);
    for (let n = 0; n < 16; n++) await sara.put(`${n}.csv`, `x\n${n}${text}\n`);
    for (let n = 0; n < 16; n++) await sara.get(`/data?dataset=${n}.csv`);
    expect((await sara.get('/data?dataset=15.csv')).headers['x-cache']).toBe('HIT');
    expect((await sara.get('/data?dataset=0.csv')).headers['x-cache']).toBe('MISS');
  });
});

describe('DELETE /data', () => {
  it('204 removes a dataset, and again when it is gone', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n');
    for (let times = 0; times < 2; times++) expect((await sara.delete('/data?dataset=a.csv')).status).toBe(204);
    expect((await sara.get('/data')).body.data).toEqual([]);
  });
});
