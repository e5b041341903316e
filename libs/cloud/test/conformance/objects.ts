import { randomBytes } from 'node:crypto';
import { bytesOf, type Clouds, codeOf, failure, put, readText, streamOf, text } from './harness';

const MIB = 1024 * 1024;

export function objectsSuite(clouds: () => Clouds): void {
  describe('objects', () => {
    it('gives back the bytes, the type and the size that were written', async () => {
      const cloud = await clouds().open();
      const bytes = Buffer.from([...Array(256).keys(), 0xff, 0xfe, 0xc0]);
      const written = await cloud.write('a/all bytes.bin', bytes, { contentType: 'application/x-thing' });
      const { info, body } = await cloud.read('a/all bytes.bin');
      expect(await bytesOf(body)).toEqual(bytes);
      expect(info).toMatchObject({ key: 'a/all bytes.bin', size: bytes.length, contentType: 'application/x-thing' });
      expect(info.version).toBe(written.version);
    });

    it('keeps an empty object, which reads as no chunk at all', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'empty', '');
      const { info, body } = await cloud.read('empty');
      expect(info.size).toBe(0);
      expect(await bytesOf(body)).toHaveLength(0);
    });

    it('keeps an empty stream', async () => {
      const cloud = await clouds().open();
      expect((await put(cloud, 'empty', streamOf())).size).toBe(0);
      expect(await readText(cloud, 'empty')).toBe('');
    });

    it('replaces an object, its version and not its age backwards', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'old');
      const before = await cloud.head('key');
      await put(cloud, 'key', 'newer');
      const after = await cloud.head('key');
      expect(await readText(cloud, 'key')).toBe('newer');
      expect(after.version).not.toBe(before.version);
      expect(after.updatedAt.getTime()).toBeGreaterThanOrEqual(before.updatedAt.getTime());
    });

    it('says the same in head and in read', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      const [head, { info, body }] = await Promise.all([cloud.head('key'), cloud.read('key')]);
      await bytesOf(body);
      expect(info).toEqual(head);
      expect(head.version).not.toBe('');
    });

    it('stores a stream of unknown length byte for byte', async () => {
      const cloud = await clouds().open();
      const chunks = [text('a'), new Uint8Array(0), text('é'), randomBytes(3000)];
      expect((await put(cloud, 'stream', streamOf(...chunks))).size).toBe(3003);
      expect(await bytesOf((await cloud.read('stream')).body)).toEqual(Buffer.concat(chunks));
    });

    it('stores a stream of two parts byte for byte', async () => {
      const cloud = await clouds().open();
      const chunks = Array.from({ length: 9 }, () => randomBytes(MIB));
      await put(cloud, 'large', streamOf(...chunks, text('tail')));
      const stored = await bytesOf((await cloud.read('large')).body);
      expect(stored.equals(Buffer.concat([...chunks, text('tail')]))).toBe(true);
    });

    it('leaves the old object when the stream fails half-way', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'old');
      const failing = async function* () {
        yield await Promise.resolve(randomBytes(9 * MIB));
        throw new Error('the source broke');
      };
      expect(await codeOf(put(cloud, 'key', failing()))).toBe('Cancelled');
      expect(await readText(cloud, 'key')).toBe('old');
      expect(await codeOf(put(cloud, 'never', failing()))).toBe('Cancelled');
      expect(await codeOf(cloud.head('never'))).toBe('NotFound');
    });

    it('leaves the old object when the caller gives up', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'old');
      const giveUp = new AbortController();
      const endless = async function* () {
        yield await Promise.resolve(text('new'));
        giveUp.abort();
        await new Promise(() => undefined);
      };
      const write = cloud.write('key', endless(), { contentType: 'text/plain', signal: giveUp.signal });
      expect(await codeOf(write)).toBe('Cancelled');
      expect(await readText(cloud, 'key')).toBe('old');
    });

    it('reads nothing for a caller that has given up already', async () => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.read('key', { signal: AbortSignal.abort() }))).toBe('Cancelled');
    });

    it('stops reading when the caller gives up in the middle', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'large', randomBytes(2 * MIB));
      const giveUp = new AbortController();
      const { body } = await cloud.read('large', { signal: giveUp.signal });
      const reading = (async () => {
        for await (const _chunk of body) giveUp.abort();
      })();
      expect(await codeOf(reading)).toBe('Cancelled');
    });

    it('lets a reader leave early', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'large', randomBytes(2 * MIB));
      let seen = 0;
      for await (const chunk of (await cloud.read('large')).body) {
        seen = chunk.length;
        break;
      }
      expect(seen).toBeGreaterThan(0);
      expect((await cloud.head('large')).size).toBe(2 * MIB);
    });

    it('keeps the notes of the writer, their names in lower case and their values as they are', async () => {
      const cloud = await clouds().open();
      const [contentType, metadata] = ['text/plain', { Source: 'Upload of Sara', row_count: '42' }];
      const kept = { source: 'Upload of Sara', row_count: '42' };
      expect((await cloud.write('buffer', text('x'), { contentType, metadata })).metadata).toEqual(kept);
      await cloud.write('stream', streamOf(text('x')), { contentType, metadata });
      for (const key of ['buffer', 'stream']) {
        const { info, body } = await cloud.read(key);
        expect([info.metadata, (await bytesOf(body)).toString(), (await cloud.head(key)).metadata]).toEqual([kept, 'x', kept]);
      }
      await put(cloud, 'buffer', 'without');
      expect((await cloud.head('buffer')).metadata).toEqual({});
    });

    it.each<Record<string, string>>([
      { '': 'x' },
      { a: 'x', A: 'y' },
      { 'a-b': 'x' },
      { '1a': 'x' },
      { ['a'.repeat(65)]: 'x' },
      { a: 'é' },
      { a: '' },
      { a: ' x' },
      { a: 'x\r\ny: z' },
      { a: 'x'.repeat(1024), b: 'x'.repeat(1024) },
      { a: 1 as unknown as string },
    ])('refuses the metadata %j', async (metadata) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.write('key', text('x'), { contentType: 'text/plain', metadata }))).toBe('InvalidArgument');
      expect(await codeOf(cloud.head('key'))).toBe('NotFound');
    });

    it('gives two readers the whole object each', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      expect(await Promise.all([readText(cloud, 'key'), readText(cloud, 'key')])).toEqual(['hello', 'hello']);
    });

    it.each([undefined, '', 'csv', 'text/csv\r\nx: y'])('refuses the content type %j', async (contentType) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.write('key', text('x'), { contentType: contentType as string }))).toBe('InvalidArgument');
      expect(await codeOf(cloud.head('key'))).toBe('NotFound');
    });

    it.each(["it's!(really)*odd", 'with blank and+plus', 'ünïcödé/☺', 'a=b&c;d@e,f~g', 'UPPER/lower', '..a/b..c'])(
      'carries the key %j through every operation',
      async (key) => {
        const cloud = await clouds().open();
        await put(cloud, key, 'odd');
        expect(await readText(cloud, key)).toBe('odd');
        expect((await cloud.list()).items.map((item) => item.key)).toEqual([key]);
        const { url } = await cloud.presign({ method: 'GET', key, expiresInSeconds: 60 });
        expect(await (await fetch(url)).text()).toBe('odd');
        await cloud.delete(key);
        expect((await cloud.list()).items).toEqual([]);
      },
    );

    it('names the key that it does not find', async () => {
      const cloud = await clouds().open();
      const errors = [await failure(cloud.read('no/such.csv')), await failure(cloud.head('no/such.csv'))];
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'NotFound', retryable: false });
        expect(error.message).toContain('no/such.csv');
      }
    });

    it('deletes an object, and deletes what does not exist', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'x');
      await cloud.delete('key');
      await cloud.delete('key');
      expect(await codeOf(cloud.read('key'))).toBe('NotFound');
    });
  });
}
