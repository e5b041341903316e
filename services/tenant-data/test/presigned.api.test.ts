import { UnderTest } from './under-test';

const under = UnderTest.around();

interface Presigned {
  url: string;
  method: string;
  headers: Record<string, string>;
  expiresAt: string;
}
const follow = ({ url, method, headers }: Presigned, body?: string) => fetch(url, { method, headers, body });

describe('POST /data/upload-url and /data/download-url', () => {
  it('200 gives requests that anybody can make as they are, and what was uploaded is seen at once', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x\nold\n');
    await sara.get('/data?dataset=a.csv');
    const upload = await sara.post('/data/upload-url', { key: 'a.csv', size: 6 });
    expect([upload.status, upload.body.data.method]).toEqual([200, 'PUT']);
    expect((await follow(upload.body.data, 'x\nnew\n')).status).toBe(200);
    const rows = await sara.get('/data?dataset=a.csv');
    expect([rows.body.data, rows.headers['x-cache']]).toEqual([[{ x: 'new' }], 'MISS']);
    const download = await sara.post('/data/download-url', { key: 'a.csv' });
    expect(download.body.data.method).toBe('GET');
    const answer = await follow(download.body.data);
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['x\nnew\n', 'text/csv']);
  });

  it('expires in fifteen minutes', async () => {
    const sara = await under.tenant();
    const before = Date.now();
    const { expiresAt } = (await sara.post('/data/download-url', { key: 'a.csv' })).body.data as Presigned;
    const seconds = (Date.parse(expiresAt) - before) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(900);
    expect(seconds).toBeLessThan(960);
  });

  it.each([
    ['a.csv', 'text/csv'],
    ['a.NDJSON', 'application/x-ndjson'],
    ['a.json', 'application/json'],
    ['a', 'application/octet-stream'],
  ])('stores %s as %s unless the client says otherwise', async (key, contentType) => {
    const sara = await under.tenant();
    await follow((await sara.post('/data/upload-url', { key })).body.data, 'x');
    expect((await sara.cloud.head(key)).contentType).toBe(contentType);
    await follow((await sara.post('/data/upload-url', { key, contentType: 'text/plain' })).body.data, 'x');
    expect((await sara.cloud.head(key)).contentType).toBe('text/plain');
  });

  it('is refused by the cloud when the client changes what was signed', async () => {
    const sara = await under.tenant();
    const signed = (await sara.post('/data/upload-url', { key: 'a.csv' })).body.data as Presigned;
    const answers = [
      await follow({ ...signed, url: signed.url.replace('a.csv', 'b.csv') }, 'x'),
      await follow({ ...signed, headers: { 'content-type': 'text/html' } }, 'x'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect((await sara.get('/data')).body.data).toEqual([]);
  });

  it('400 refuses what no cloud takes in one request', async () => {
    const sara = await under.tenant();
    for (const field of [{ size: 6_000_000_000 }, { size: -1 }, { contentType: 'csv' }, { contentType: 'a/b\r\nx: y' }]) {
      const answer = await sara.post('/data/upload-url', { key: 'a.csv', ...field });
      expect([field, answer.status, answer.body.code]).toEqual([field, 400, 'VALIDATION_FAILED']);
    }
  });
});
