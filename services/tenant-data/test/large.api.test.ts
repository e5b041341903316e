import { ServiceProcess } from './service-process';
import { type Tenant, UnderTest } from './under-test';

/** LARGE_DATASET_MIB=1024 makes it a gigabyte, which takes some minutes. */
const SIZE_MIB = Number(process.env.LARGE_DATASET_MIB ?? 48);
const MINUTES = 60_000;
const ROW_BYTES = 100;
const ROWS = Math.floor((SIZE_MIB * 1024 * 1024) / ROW_BYTES);

const rowOf = (row: number) => `${row},`.padEnd(ROW_BYTES - 1, 'x') + '\n';

/** ROWS rows, a few thousand at a time. */
async function* rows(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('n,text\n');
  for (let from = 0; from < ROWS; from += 10_000) {
    const count = Math.min(10_000, ROWS - from);
    yield await Promise.resolve(Buffer.from(Array.from({ length: count }, (_, at) => rowOf(from + at)).join('')));
  }
}

const program = new ServiceProcess();
const under = UnderTest.around(program.start);

describe(`a dataset of ${SIZE_MIB} MiB`, () => {
  let sara: Tenant;
  beforeAll(async () => {
    sara = await under.tenant();
    await sara.put('large.csv', rows());
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
      expect((await sara.get('/data')).body.data).toMatchObject([{ key: 'large.csv', size: ROWS * ROW_BYTES + 7 }]);
      for (const row of [0, Math.floor(ROWS / 2), ROWS - 100]) {
        const answer = await pageAt(row);
        expect([answer.status, answer.body.data[0], answer.body.data.length]).toEqual([200, { n: String(row) }, 100]);
      }
      expect(program.peakMiB()).toBeLessThan(200);
    },
    10 * MINUTES,
  );

  it('reads nothing before the page once it is indexed', async () => {
    under.proxy.requests.length = 0;
    const answer = await pageAt(ROWS - 50);
    expect([answer.status, answer.body.data[0], answer.body.page.nextCursor]).toEqual([200, { n: String(ROWS - 50) }, null]);
    const starts = under.proxy.requests.flatMap(({ range }) => (range ? [Number(/=(\d+)/.exec(range)?.[1])] : []));
    expect(Math.min(...starts)).toBeGreaterThan((ROWS - 50 - ROWS / 1000 - 1000) * ROW_BYTES);
  });
});
