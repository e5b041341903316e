import type { CloudAdapter } from '@polycloud/cloud';
import { type Clouds, codeOf, put } from './harness';

async function pages(cloud: CloudAdapter, limit: number, prefix = '', kind: 'list' | 'listFolder' = 'list'): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await cloud[kind]({ prefix, limit, cursor });
    found.push(page.items.map(({ key }) => key));
    cursor = page.nextCursor;
  }
  return found;
}

const LIMITS = [1, 2, 3, 5, 10];
const NAMES = ['d', 'dir1/a', 'dir1/b', 'dir2/x/y', 't-/x', 't/x', 'testFile1', 'ü'];
/** The size that matters to a provider is that of his largest page, which 2500 reach; it takes a while. */
const MANY = Number(process.env.CLOUD_TEST_OBJECTS ?? 125);
const TOP = ['d', 'dir1/', 'dir2/', 't-/', 't/', 'testFile1', 'ü'];

export function listingSuite(clouds: () => Clouds): void {
  describe('listing', () => {
    it('shows an empty prefix as one empty page', async () => {
      const cloud = await clouds().open();
      expect(await cloud.list({ prefix: 'nothing/' })).toEqual({ items: [], nextCursor: null });
    });

    it('filters by the exact prefix', async () => {
      const cloud = await clouds().open();
      await Promise.all(['foo/1', 'foobar', 'fop'].map((key) => put(cloud, key, key)));
      expect(await pages(cloud, 10, 'foo')).toEqual([['foo/1', 'foobar']]);
      expect(await pages(cloud, 10, 'foo/')).toEqual([['foo/1']]);
    });

    it('gives the same keys in byte order for every page size', async () => {
      const cloud = await clouds().open();
      await Promise.all([...NAMES].reverse().map((key) => put(cloud, key, key)));
      for (const limit of LIMITS) expect((await pages(cloud, limit)).flat()).toEqual(NAMES);
    });

    it('shows each folder once among the objects beside it, in byte order for every page size', async () => {
      const cloud = await clouds().open();
      await Promise.all(NAMES.map((key) => put(cloud, key, key)));
      const { items } = await cloud.listFolder();
      expect(items.map(({ key }) => key)).toEqual(TOP);
      expect(items[1]).toEqual({ key: 'dir1/', folder: true });
      expect(items[0]).toMatchObject({ key: 'd', size: 1 });
      for (const limit of LIMITS) expect((await pages(cloud, limit, '', 'listFolder')).flat()).toEqual(TOP);
      expect((await pages(cloud, 10, 'dir1/', 'listFolder')).flat()).toEqual(['dir1/a', 'dir1/b']);
      expect((await pages(cloud, 10, 'dir', 'listFolder')).flat()).toEqual(['dir1/', 'dir2/']);
      expect((await cloud.listFolder({ prefix: 'none/' })).items).toEqual([]);
    });

    it('orders a page by UTF-8 bytes, not as JavaScript does', async () => {
      const cloud = await clouds().open();
      await Promise.all(['😀', 'ﬀ', 'z'].map((key) => put(cloud, key, key)));
      expect((await pages(cloud, 10)).flat()).toEqual(['z', 'ﬀ', '😀']);
    });

    it('lists size and time of each object', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      const [item] = (await cloud.list()).items;
      expect(item).toMatchObject({ key: 'key', size: 5 });
      expect(Date.now() - (item?.updatedAt.getTime() ?? 0)).toBeLessThan(3_600_000);
    });

    it('is not disturbed by changes inside a page that was already given', async () => {
      const cloud = await clouds().open();
      await Promise.all(['b', 'c', 'd', 'e'].map((key) => put(cloud, key, key)));
      const first = await cloud.list({ limit: 2 });
      await put(cloud, 'a', 'a');
      await cloud.delete('b');
      const second = await cloud.list({ limit: 2, cursor: first.nextCursor ?? '' });
      expect(second.items.map(({ key }) => key)).toEqual(['d', 'e']);
    });

    it('lists at once what was written and no longer what was deleted', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'here', 'x');
      await put(cloud, 'gone', 'x');
      await cloud.delete('gone');
      expect((await pages(cloud, 100)).flat()).toEqual(['here']);
    });

    it(`lists ${MANY} objects once each and in order, over several pages`, async () => {
      const cloud = await clouds().open();
      const keys = Array.from({ length: MANY }, (_, n) => `many/${String(n).padStart(5, '0')}`);
      for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => put(cloud, key, '')));
      const found = await pages(cloud, MANY / 2.5);
      expect(found.flat()).toEqual(keys);
      expect(found.length).toBeGreaterThanOrEqual(3);
    }, 120_000);

    it.each([0, -1, 1001, 1.5])('refuses the limit %d', async (limit) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.list({ limit }))).toBe('InvalidArgument');
    });

    it('refuses a cursor that is garbage or of another prefix', async () => {
      const cloud = await clouds().open();
      await Promise.all(['a/1', 'a/2', 'b/1'].map((key) => put(cloud, key, '')));
      const { nextCursor } = await cloud.list({ prefix: 'a/', limit: 1 });
      expect(await codeOf(cloud.list({ prefix: 'b/', cursor: nextCursor ?? '' }))).toBe('InvalidArgument');
      expect(await codeOf(cloud.listFolder({ prefix: 'a/', cursor: nextCursor ?? '' }))).toBe('InvalidArgument');
      for (const cursor of ['', 'garbage', '####']) expect(await codeOf(cloud.list({ cursor }))).toBe('InvalidArgument');
    });

    it.each(['../', 'a/../b', '%2e%2e/', 'a\u0000'])('refuses the prefix %j', async (prefix) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.list({ prefix }))).toBe('InvalidArgument');
    });
  });
}
