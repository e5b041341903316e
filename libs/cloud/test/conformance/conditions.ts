import { type Clouds, codeOf, put, readText, streamOf, text } from './harness';

const contentType = 'text/plain';

export function conditionsSuite(clouds: () => Clouds): void {
  describe('conditional writes', () => {
    const open = async () => {
      const cloud = await clouds().open();
      return { cloud, works: cloud.capabilities.conditionalPut };
    };

    it('writes ifAbsent once and keeps the first bytes, or says that it cannot', async () => {
      const { cloud, works } = await open();
      const write = (body: string) => cloud.write('key', text(body), { contentType, ifAbsent: true });
      if (!works) return expect(await codeOf(write('first'))).toBe('NotSupported');
      await write('first');
      expect(await codeOf(write('second'))).toBe('AlreadyExists');
      expect(await readText(cloud, 'key')).toBe('first');
    });

    it('holds a stream to ifAbsent as well', async () => {
      const { cloud, works } = await open();
      await put(cloud, 'key', 'first');
      const write = cloud.write('key', streamOf(text('second')), { contentType, ifAbsent: true });
      expect(await codeOf(write)).toBe(works ? 'AlreadyExists' : 'NotSupported');
      expect(await readText(cloud, 'key')).toBe('first');
    });

    it('replaces the current version and refuses a stale one', async () => {
      const { cloud, works } = await open();
      const first = await put(cloud, 'key', 'first');
      const replace = (body: string) => cloud.write('key', text(body), { contentType, ifVersion: first.version });
      if (!works) return expect(await codeOf(replace('second'))).toBe('NotSupported');
      await replace('second');
      expect(await codeOf(replace('third'))).toBe('PreconditionFailed');
      expect(await readText(cloud, 'key')).toBe('second');
    });

    it('refuses a version of an object that is gone, and one that it never gave', async () => {
      const { cloud, works } = await open();
      const { version } = await put(cloud, 'key', 'first');
      await cloud.delete('key');
      for (const ifVersion of [version, '"never"']) {
        const write = cloud.write('key', text('second'), { contentType, ifVersion });
        expect(await codeOf(write)).toBe(works ? 'PreconditionFailed' : 'NotSupported');
      }
    });

    it('lets exactly one of two concurrent ifAbsent writes win', async () => {
      const { cloud, works } = await open();
      if (!works) return;
      const writes = ['one', 'two'].map((body) => cloud.write('key', text(body), { contentType, ifAbsent: true }));
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('refuses both conditions at once', async () => {
      const { cloud } = await open();
      const write = cloud.write('key', text('x'), { contentType, ifAbsent: true, ifVersion: 'v' });
      expect(await codeOf(write)).toBe('InvalidArgument');
    });
  });
}
