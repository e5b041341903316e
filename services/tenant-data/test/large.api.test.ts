import { LargeDataset } from '@polycloud/test-kit';
import { ServiceProcess } from './service-process';
import { type Tenant, UnderTest } from './under-test';

const MINUTES = 60_000;
const dataset = new LargeDataset();
const { rows, rowBytes } = dataset;

const program = new ServiceProcess();
const under = UnderTest.around(program.start);

describe(`a dataset of ${dataset.mebibytes} MiB`, () => {
  let sara: Tenant;
  beforeAll(async () => {
    sara = await under.tenant();
    await sara.put('large.csv', dataset.chunks());
  }, 10 * MINUTES);

  /** A page deep in it; what is not indexed yet is read on within the time of each request, from where the last one came to. */
  async function pageAt(row: number) {
    const { body } = await sara.get('/data?dataset=large.csv&limit=1');
    const [, seal] = JSON.parse(Buffer.from(body.page.nextCursor, 'base64url').toString());
    const cursor = Buffer.from(JSON.stringify([row, seal])).toString('base64url');
    for (;;) {
      const answer = await sara.get(`/data?dataset=large.csv&limit=100&columns=n&cursor=${cursor}`);
      if (answer.status !== 504) return answer;
    }
  }

  it(
    'is listed, and paged at its beginning, middle and end, in less than 200 MiB',
    async () => {
      expect((await sara.get('/data')).body.data).toMatchObject([{ key: 'large.csv', size: dataset.size }]);
      for (const row of [0, Math.floor(rows / 2), rows - 100]) {
        const answer = await pageAt(row);
        expect([answer.status, answer.body.data[0], answer.body.data.length]).toEqual([200, { n: String(row) }, 100]);
      }
      const peak = program.peakMiB();
      console.log(`Paged ${dataset.mebibytes} MiB within ${Math.round(peak)} MiB`);
      expect(peak).toBeLessThan(200);
    },
    10 * MINUTES,
  );

  it('reads nothing before the page once it is indexed', async () => {
    under.proxy.requests.length = 0;
    const answer = await pageAt(rows - 50);
    expect([answer.status, answer.body.data[0], answer.body.page.nextCursor]).toEqual([200, { n: String(rows - 50) }, null]);
    const starts = under.proxy.requests.flatMap(({ range }) => (range ? [Number(/=(\d+)/.exec(range)?.[1])] : []));
    expect(Math.min(...starts)).toBeGreaterThan((rows - 50 - rows / 1000 - 1000) * rowBytes);
  });
});
