import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Tenant, UnderTest } from './under-test';

const under = UnderTest.around();

const TAXIS = readFileSync(join(__dirname, '../../../data/taxis.csv'), 'utf8').split('\n').slice(0, 1001).join('\n');
const numbered = (rows: number) => `n,text\n${Array.from({ length: rows }, (_, row) => `${row},"text, ${row}"\n`).join('')}`;

/** All rows of a dataset, page after page. */
async function walk(tenant: Tenant, query: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await tenant.get(`/data?${query}${cursor && `&cursor=${cursor}`}`);
    if (answer.status !== 200) throw new Error(answer.text);
    rows.push(...answer.body.data);
    cursor = answer.body.page.nextCursor;
  }
  return rows;
}

describe('GET /data?dataset=', () => {
  it('200 gives the rows of a CSV as objects, a page at a time', async () => {
    const sara = await under.tenant();
    await sara.put('taxis.csv', TAXIS);
    const first = await sara.get('/data?dataset=taxis.csv&limit=2');
    expect(first.status).toBe(200);
    expect(first.body.data).toHaveLength(2);
    expect(first.body.data[0]).toMatchObject({ pickup: '2019-03-23 20:21:09', passengers: '1', distance: '1.6' });
    expect(first.body.page).toEqual({ limit: 2, nextCursor: expect.any(String) });
    const rows = await walk(sara, 'dataset=taxis.csv&limit=100');
    const lines = TAXIS.trim().split('\n').slice(1);
    expect(rows.map((row) => Object.values(row).join(','))).toEqual(lines);
  });

  it('200 gives NDJSON with its JSON types', async () => {
    const sara = await under.tenant();
    await sara.put('a.ndjson', '{"n":1,"deep":{"x":[true]}}\n\n{"n":null}', 'application/x-ndjson');
    expect(await walk(sara, 'dataset=a.ndjson&limit=1')).toEqual([{ n: 1, deep: { x: [true] } }, { n: null }]);
    expect(await walk(sara, 'dataset=a.ndjson&columns=deep,n')).toEqual([
      { deep: { x: [true] }, n: 1 },
      { deep: null, n: null },
    ]);
  });

  it('200 gives only the chosen columns, in the chosen order', async () => {
    const sara = await under.tenant();
    await sara.put('taxis.csv', TAXIS);
    const { body } = await sara.get('/data?dataset=taxis.csv&limit=1&columns=fare,pickup');
    expect(Object.entries(body.data[0])).toEqual([
      ['fare', '7.0'],
      ['pickup', '2019-03-23 20:21:09'],
    ]);
  });

  it('400 names the columns that there are when one is chosen that does not exist', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', 'x,y\n1,2\n');
    const answer = await sara.get('/data?dataset=a.csv&columns=y,constructor');
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body.errors).toEqual([{ field: 'query.columns', message: '"constructor": no such column; there are x, y' }]);
  });

  it('200 gives no rows of an empty dataset and of one with only a header', async () => {
    const sara = await under.tenant();
    await sara.put('empty.csv', '');
    await sara.put('header.csv', 'x,y\n');
    for (const dataset of ['empty.csv', 'header.csv']) {
      const { body } = await sara.get(`/data?dataset=${dataset}`);
      expect([body.data, body.page]).toEqual([[], { limit: 20, nextCursor: null }]);
    }
  });

  it('200 reads a page deep in a dataset from nearby, not from its start, also after a restart of the service', async () => {
    const sara = await under.tenant();
    await sara.put('big.csv', numbered(4_000));
    const size = numbered(4_000).length;
    const rows = await walk(sara, 'dataset=big.csv&limit=100&columns=n');
    expect(rows).toHaveLength(4_000);
    const cursorOf = async (row: number) => {
      const { body } = await sara.get(`/data?dataset=big.csv&limit=1&columns=n`);
      const [, seal] = JSON.parse(Buffer.from(body.page.nextCursor, 'base64url').toString());
      return Buffer.from(JSON.stringify([row, seal])).toString('base64url');
    };
    const cursor = await cursorOf(3_990);
    under.proxy.requests.length = 0;
    const page = await sara.get(`/data?dataset=big.csv&cursor=${cursor}`);
    expect(page.body.data[0]).toEqual({ n: '3990', text: 'text, 3990' });
    expect(page.body.data).toHaveLength(10);
    const ranges = under.proxy.requests.flatMap(({ method, range }) => (method === 'GET' ? [range] : []));
    expect(ranges).toHaveLength(1);
    const [, start] = /^bytes=(\d+)-/.exec(ranges[0] ?? '') ?? [];
    expect(Number(start)).toBeGreaterThan(size * 0.7);
    const [kept] = await under.database.adminQuery<{ rows_known: number }>(
      'SELECT rows_known FROM dataset_indexes WHERE user_id = ?',
      [sara.userId],
    );
    expect(kept?.rows_known).toBe(4_000);
  });

  it('200 ends a page of very long rows before its limit, and loses none', async () => {
    const sara = await under.tenant();
    const long = 'x'.repeat(700_000);
    await sara.put('long.csv', `n,text\n${Array.from({ length: 12 }, (_, n) => `${n},${long}\n`).join('')}`);
    const first = await sara.get('/data?dataset=long.csv&limit=100&columns=n');
    expect(first.body.data.length).toBeLessThan(10);
    expect((await walk(sara, 'dataset=long.csv&limit=100&columns=n')).map(({ n }) => n)).toEqual(
      Array.from({ length: 12 }, (_, n) => String(n)),
    );
  });

  it('422 DATASET_UNREADABLE names the line, and what is no table', async () => {
    const sara = await under.tenant();
    await sara.put('broken.ndjson', '{"a":1}\n{"a":\n');
    await sara.put('photo.png', 'x', 'image/png');
    const broken = await sara.get('/data?dataset=broken.ndjson');
    expect([broken.status, broken.body.code]).toEqual([422, 'DATASET_UNREADABLE']);
    expect(broken.body.detail).toContain('"broken.ndjson", line 2');
    expect((await sara.get('/data?dataset=photo.png')).body.code).toBe('DATASET_UNREADABLE');
  });

  it('404 for a dataset that is not there', async () => {
    const sara = await under.tenant();
    const answer = await sara.get('/data?dataset=none.csv');
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('none.csv');
  });

  it('400 names the cursor when it is not one of ours, of another dataset, or of a version that was replaced', async () => {
    const sara = await under.tenant();
    await sara.put('a.csv', numbered(50));
    await sara.put('b.csv', numbered(50));
    const { nextCursor } = (await sara.get('/data?dataset=a.csv')).body.page;
    const forged = Buffer.from('[-1,"x"]').toString('base64url');
    const answers = [
      await sara.get(`/data?dataset=b.csv&cursor=${nextCursor}`),
      await sara.get('/data?dataset=a.csv&cursor=nonsense'),
      await sara.get(`/data?dataset=a.csv&cursor=${forged}`),
    ];
    await sara.put('a.csv', numbered(60));
    answers.push(await sara.get(`/data?dataset=a.csv&cursor=${nextCursor}`));
    for (const { status, body } of answers) expect([status, body.errors[0].field]).toEqual([400, 'query.cursor']);
    expect(answers.at(-1)?.body.errors[0].message).toContain('start again');
  });
});
