import type { PresignedRequest } from '@polycloud/cloud';
import { asIfAt, type Clouds, codeOf, put, readText } from './harness';

const send = ({ url, method, headers }: PresignedRequest, body?: string) => fetch(url, { method, headers, body });

/** The same URL with one thing changed in its text. */
const altered = (request: PresignedRequest, change: (url: string) => string): PresignedRequest => ({
  ...request,
  url: change(request.url),
});

const flipLast = (url: string, parameter: RegExp) =>
  url.replace(parameter, (pair) => pair.slice(0, -6) + (pair.slice(-6, -5) === 'a' ? 'b' : 'a') + pair.slice(-5));

export function presignedSuite(clouds: () => Clouds): void {
  describe('presigned requests', () => {
    const get = { method: 'GET', expiresInSeconds: 60 } as const;
    const upload = { method: 'PUT', expiresInSeconds: 60, contentType: 'text/csv' } as const;

    it('lets anybody read the one object, and not without its query', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'a b.csv', 'hello');
      const request = await cloud.presign({ ...get, key: 'a b.csv' });
      expect(await (await send(request)).text()).toBe('hello');
      expect((await send(altered(request, (url) => url.split('?')[0] ?? ''))).ok).toBe(false);
    });

    it('lets anybody write the one object with the returned method and headers', async () => {
      const cloud = await clouds().open();
      const request = await cloud.presign({ ...upload, key: 'up/a b.csv' });
      const response = await send(request, 'a,b\n1,2\n');
      expect(response.status).toBeLessThan(300);
      expect(await readText(cloud, 'up/a b.csv')).toBe('a,b\n1,2\n');
      expect((await cloud.head('up/a b.csv')).contentType).toBe('text/csv');
    });

    it('holds the uploader to the content type exactly when it says so', async () => {
      const cloud = await clouds().open();
      const request = await cloud.presign({ ...upload, key: 'key' });
      const other = { ...request, headers: { ...request.headers, 'content-type': 'text/html' } };
      expect((await send(other, '<p>')).ok).toBe(!cloud.capabilities.presignContentType);
    });

    it('returns no header that the cloud does not need', async () => {
      const cloud = await clouds().open();
      const request = await cloud.presign({ ...upload, key: 'key' });
      const needed = Object.keys(request.headers).filter(
        (name) => name !== 'content-type' || cloud.capabilities.presignContentType,
      );
      for (const name of needed) {
        const headers = Object.fromEntries(Object.entries(request.headers).filter(([other]) => other !== name));
        expect((await fetch(request.url, { method: 'PUT', headers, body: Buffer.from('x') })).ok).toBe(false);
      }
      expect(await codeOf(cloud.head('key'))).toBe('NotFound');
    });

    it('is good for its own method only', async () => {
      const cloud = await clouds().open();
      await put(cloud, 'key', 'hello');
      const read = await cloud.presign({ ...get, key: 'key' });
      const write = await cloud.presign({ ...upload, key: 'key' });
      expect((await send({ ...read, method: 'PUT', headers: write.headers }, 'x')).ok).toBe(false);
      expect((await send({ ...write, method: 'GET' })).ok).toBe(false);
      expect((await fetch(write.url, { method: 'DELETE' })).ok).toBe(false);
      expect(await readText(cloud, 'key')).toBe('hello');
    });

    it('does not survive a changed signature, key or expiry', async () => {
      const cloud = await clouds().open();
      await Promise.all(['one', 'two'].map((key) => put(cloud, key, key)));
      const request = await cloud.presign({ ...get, key: 'one' });
      const changes = [
        (url: string) => flipLast(url, /(Signature|sig)=[^&]+/i),
        (url: string) => url.replace('/one?', '/two?'),
        (url: string) => url.replace(/(Expires=)60/, '$13600').replace(/(se=20)\d\d/, '$199'),
      ];
      for (const change of changes) {
        const forged = altered(request, change);
        expect(forged.url).not.toBe(request.url);
        expect((await send(forged)).ok).toBe(false);
      }
    });

    it('says when it ends and is refused afterwards', async () => {
      const prefix = 'conformance/expiry';
      await put(await clouds().open({ prefix }), 'key', 'hello');
      const signedAt = Date.now() - 120_000;
      const sign = async (expiresInSeconds: number) =>
        (await clouds().open({ prefix })).presign({ ...get, key: 'key', expiresInSeconds });
      const [ended, good] = await asIfAt(signedAt, () => Promise.all([sign(60), sign(3600)]));
      expect(ended.expiresAt).toEqual(new Date(signedAt + 60_000));
      expect((await send(good)).ok).toBe(true);
      expect((await send(ended)).ok).toBe(false);
    });

    it('makes a URL for a missing key, which then is not found', async () => {
      const cloud = await clouds().open();
      expect((await send(await cloud.presign({ ...get, key: 'missing' }))).status).toBe(404);
    });

    it.each([0, -1, 604801, 1.5])('refuses to presign for %d seconds', async (expiresInSeconds) => {
      const cloud = await clouds().open();
      expect(await codeOf(cloud.presign({ ...get, key: 'key', expiresInSeconds }))).toBe('InvalidArgument');
    });
  });
}
