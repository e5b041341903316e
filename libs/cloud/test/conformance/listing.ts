import type { CloudAdapter } from '@polycloud/cloud';
import { type Clouds, codeOf, put } from './harness';

async function pages(cloud: CloudAdapter, limit: number, prefix = ''): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await cloud.list({ prefix, limit, cursor });
    found.push(page.items.map(({ key }) => key));
    cursor = page.nextCursor;
  }
  return found;
}

const NAMES = ['d', 'dir1/a', 'dir1/b', 't-/x', 't/x', 'testFile1', 'ü'];

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
      for (const limit of [1, 2, 3, 5, 9, 10]) expect((await pages(cloud, limit)).flat()).toEqual(NAMES);
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

    it('lists 1100 objects once each and in order', async () => {
      const cloud = await clouds().open();
      const keys = Array.from({ length: 1100 }, (_, n) => `many/${String(n).padStart(5, '0')}`);
      for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => put(cloud, key, '')));
      expect((await pages(cloud, 1000)).flat()).toEqual(keys);
    }, 60_000);

    it.each([0, -1, 1001, 1.5])('refuses the limit %d', async (limit) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.list({ limit }))).toBe('InvalidArgument');
    });

    it('refuses a cursor that is garbage or of another prefix', async () => {
      const cloud = await clouds().open();
      await Promise.all(['a/1', 'a/2', 'b/1'].map((key) => put(cloud, key, '')));
      const { nextCursor } = await cloud.list({ prefix: 'a/', limit: 1 });
      expect(await codeOf(cloud.list({ prefix: 'b/', cursor: nextCursor ?? '' }))).toBe('InvalidArgument');
      for (const cursor of ['', 'garbage', '####']) expect(await codeOf(cloud.list({ cursor }))).toBe('InvalidArgument');
    });

    it.each(['../', 'a/../b', '%2e%2e/', 'a\u0000'])('refuses the prefix %j', async (prefix) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.list({ prefix }))).toBe('InvalidArgument');
    });
  });
}
