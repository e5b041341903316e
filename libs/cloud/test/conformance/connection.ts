import { CloudFactory } from '@polycloud/cloud';
import { type Clouds, codeOf, failure, put, text } from './harness';

export function connectionSuite(clouds: () => Clouds): void {
  describe('connection', () => {
    it('checks a valid connection and reports its storage healthy', async () => {
      const cloud = await clouds().open();
      await cloud.check();
      expect((await cloud.health()).checks).toContainEqual(expect.objectContaining({ name: 'storage', ok: true }));
    });

    it('refuses a wrong secret without trying again', async () => {
      const warnings: string[] = [];
      const logger = { debug: () => undefined, info: () => undefined, warn: (message: string) => void warnings.push(message) };
      const cloud = await clouds().open(clouds().harness.wrongSecret, { logger });
      const { wrongSecretCode = 'Unauthenticated' } = clouds().harness;
      expect([await codeOf(cloud.check()), await codeOf(cloud.read('any'))]).toEqual([wrongSecretCode, wrongSecretCode]);
      expect(warnings).toEqual([]);
    });

    it('names a missing bucket or container, whatever is asked', async () => {
      const cloud = await clouds().open(clouds().harness.missingContainer);
      const asked = [cloud.check(), cloud.list(), cloud.head('key'), cloud.read('key'), put(cloud, 'key', 'x')];
      expect(await Promise.all(asked.map(codeOf))).toEqual(Array(5).fill('ContainerNotFound'));
      expect((await cloud.health()).status).toBe('down');
    });

    it('keeps two users of one bucket apart', async () => {
      const [one, two] = [await clouds().open({ prefix: 'apart/1' }), await clouds().open({ prefix: 'apart/11' })];
      await put(one, 'mine.txt', 'one');
      expect((await two.list()).items).toEqual([]);
      expect((await one.list()).items.map(({ key }) => key)).toEqual(['mine.txt']);
      expect(await codeOf(two.read('mine.txt'))).toBe('NotFound');
    });

    it.each([
      '../apart/1/mine.txt',
      'a/../../x',
      './x',
      '/x',
      'a//b',
      'a/',
      '',
      'a\\..\\b',
      '%2e%2e/x',
      'a%2f..%2fb',
      'a\u0000b',
      'a\nb',
      'x'.repeat(513),
    ])('refuses the key %j before any request', async (key) => {
      const cloud = await clouds().open(clouds().harness.missingContainer);
      const asked = [
        () => cloud.read(key),
        () => cloud.head(key),
        () => cloud.write(key, text('x'), { contentType: 'text/plain' }),
        () => cloud.delete(key),
        () => cloud.presign({ method: 'GET', key, expiresInSeconds: 60 }),
      ];
      for (const ask of asked) expect(await codeOf(ask())).toBe('InvalidArgument');
    });

    it('shows no secret in an error, a log line or a serialised adapter error', async () => {
      const lines: unknown[] = [];
      const log = (message: string, details?: unknown) => void lines.push(message, details);
      const cloud = await clouds().open(clouds().harness.wrongSecret, { logger: { debug: log, info: log, warn: log } });
      const error = await failure(cloud.list());
      const shown = [String(error), error.stack, JSON.stringify({ ...error }), JSON.stringify(lines)].join();
      const secrets = Object.values(clouds().harness.wrongSecret).map(String);
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
      expect(error).toMatchObject({ provider: clouds().harness.provider, operation: 'list', hint: expect.any(String) });
    });

    it('refuses every call once closed, and closes twice', async () => {
      const cloud = await clouds().open();
      await cloud.close();
      await cloud.close();
      expect(await codeOf(cloud.list())).toBe('Cancelled');
    });

    it('refuses an endpoint that the operator does not allow', async () => {
      const { provider, connection } = clouds().harness;
      const elsewhere = { ...connection, endpoint: 'http://169.254.169.254/' };
      expect(await codeOf(CloudFactory.for(provider, elsewhere, { allowedEndpoints: ['127.0.0.1:80'] }))).toBe('InvalidArgument');
    });
  });
}
