import { bytesOf, type Clouds, codeOf, put } from './harness';

export function rangesSuite(clouds: () => Clouds): void {
  describe('ranges', () => {
    it.each([
      [{ offset: 1, length: 3 }, 'ell'],
      [{ offset: 3, length: 100 }, 'lo'],
      [{ offset: 2 }, 'llo'],
      [{ length: 2 }, 'he'],
      [{ offset: 0 }, 'hello'],
      [{ offset: 4, length: 1 }, 'o'],
    ])('reads %j of hello as %j', async (range, expected) => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      const { info, body } = await cloud.read('key', range);
      expect((await bytesOf(body)).toString()).toBe(expected);
      expect(info.size).toBe(5);
    });

    it.each([{ offset: 5 }, { offset: 6, length: 1 }])('refuses %j of hello, which begins beyond its end', async (range) => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      expect(await codeOf(cloud.read('key', range))).toBe('RangeNotSatisfiable');
    });

    it('refuses any range of an empty object', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'empty', '');
      expect(await codeOf(cloud.read('empty', { offset: 0, length: 1 }))).toBe('RangeNotSatisfiable');
    });

    it.each([{ offset: -1 }, { offset: 0.5 }, { length: 0 }, { length: -3 }, { offset: NaN }])(
      'refuses the range %j',
      async (range) => {
        const cloud = await clouds().open();
        expect(await codeOf(cloud.read('key', range))).toBe('InvalidArgument');
      },
    );
  });
}
