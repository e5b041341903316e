import { UnderTest } from './under-test';

const under = UnderTest.around();

describe('GET /data', () => {
  it('200 lists the datasets of the user with size, type and time', async () => {
    const sara = await under.tenant();
    await sara.put('b.ndjson', '{"a":1}\n', 'application/x-ndjson');
    await sara.put('a.csv', 'x\n1\n');
    const answer = await sara.get('/data');
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual([
      { key: 'a.csv', size: 4, contentType: 'text/csv', updatedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) },
      { key: 'b.ndjson', size: 8, contentType: 'application/x-ndjson', updatedAt: expect.any(String) },
    ]);
    expect(answer.body.page).toEqual({ limit: 20, nextCursor: null });
    expect(answer.headers).toMatchObject({ 'x-cache': 'MISS', 'cache-control': 'private, no-cache' });
    expect((await sara.get('/user/data')).body.data).toEqual(answer.body.data);
  });

  it('200 gives a page at a time, under a prefix, each dataset once', async () => {
    const sara = await under.tenant();
    for (const name of ['x/1.csv', 'x/2.csv', 'x/3.csv', 'y/4.csv']) await sara.put(name, 'a\n');
    const first = await sara.get('/data?prefix=x/&limit=2');
    const second = await sara.get(`/data?prefix=x/&limit=2&cursor=${first.body.page.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ key }) => key)).toEqual(['x/1.csv', 'x/2.csv', 'x/3.csv']);
    expect(second.body.page.nextCursor).toBeNull();
  });

  it('304 while nothing has changed, 200 as soon as a dataset has come', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\n');
    const { etag } = (await sara.get('/data')).headers as { etag: string };
    const unchanged = await sara.get('/data', { 'If-None-Match': etag });
    expect([unchanged.status, unchanged.text, unchanged.headers['etag']]).toEqual([304, '', etag]);
    await sara.put('b.csv', 'x\n');
    expect((await sara.get('/data', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('409 CLOUD_NOT_REGISTERED tells where to register, and 200 follows at once when that is done', async () => {
    const sara = await under.tenant();
    const registration = under.neighbours.clouds.get(sara.userId);
    under.neighbours.clouds.delete(sara.userId);
    const answer = await sara.get('/data');
    expect([answer.status, answer.body.code]).toEqual([409, 'CLOUD_NOT_REGISTERED']);
    expect(answer.body.hint).toContain('PUT /user/cloud');
    under.neighbours.clouds.set(sara.userId, registration!);
    expect((await sara.get('/data')).status).toBe(200);
  });

  it('400 refuses a cursor of another listing, and forms that exclude each other', async () => {
    const sara = await under.tenant();
    for (const query of ['cursor=nonsense', 'dataset=a.csv&prefix=x', 'columns=a', 'limit=0', 'limit=101']) {
      const answer = await sara.get(`/data?${query}`);
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'VALIDATION_FAILED']);
    }
  });

  it('401 without a token', async () => {
    const answer = await fetch(`${under.service.url}/data`);
    expect(answer.status).toBe(401);
  });
});
