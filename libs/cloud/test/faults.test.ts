import { EventEmitter, once } from 'node:events';
import { CloudFactory, type CloudAdapter, type CloudDeps } from '@polycloud/cloud';
import { bytesOf, codeOf, failure, put, streamOf, text } from './conformance/harness';
import { answer, silence, startScripted, type Scripted } from './servers/scripted';

const EMPTY_LIST = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
const slowDown = answer(503, '<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>');

describe('a faulty cloud', () => {
  let server: Scripted;
  let cloud: CloudAdapter;
  let pauses: number[];

  const open = async (steps: Parameters<typeof startScripted>, deps: Partial<CloudDeps> = {}) => {
    server = await startScripted(...steps);
    pauses = [];
    const connection = { bucket: 'data-bucket', accessKeyId: 'id', secretAccessKey: 'top secret', endpoint: server.url };
    cloud = await CloudFactory.for('S3COMPATIBLE', connection, {
      allowedEndpoints: [server.host],
      random: () => 0.5,
      sleep: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)),
      ...deps,
    });
    return cloud;
  };

  afterEach(async () => {
    await cloud.close();
    await server.stop();
  });

  it('is asked again, with growing pauses, until it answers', async () => {
    await open([slowDown, answer(500), answer(200, EMPTY_LIST)]);
    expect(await cloud.list()).toEqual({ items: [], nextCursor: null });
    expect(server.requests).toHaveLength(3);
    expect(pauses).toEqual([100, 200]);
  });

  it('is asked three times and no more', async () => {
    await open([slowDown]);
    expect(await failure(cloud.list())).toMatchObject({ code: 'RateLimited', retryable: true, providerCode: 'SlowDown' });
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 409, 412, 422])('is asked once when it answers %d', async (status) => {
    await open([answer(status)]);
    expect((await failure(cloud.list())).retryable).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('is given the time that it asks for', async () => {
    await open([answer(503, '', { 'retry-after': '7' }), answer(200, EMPTY_LIST)]);
    await cloud.list();
    expect(pauses).toEqual([7000]);
  });

  it('is not waited for when it asks for more time than a call has', async () => {
    await open([answer(429, '', { 'retry-after': '3600' })]);
    expect(await failure(cloud.list())).toMatchObject({ code: 'RateLimited', retryAfterMs: 3_600_000 });
    expect(pauses).toEqual([]);
  });

  it('is given up when it does not answer in time, and its connection is closed', async () => {
    const connection = new EventEmitter();
    const closed = once(connection, 'close');
    await open([(response) => void response.once('close', () => connection.emit('close'))], { timeoutMs: 50, attempts: 1 });
    expect(await codeOf(cloud.list())).toBe('Timeout');
    await closed;
  });

  it('is given up when it stops in the middle of a body', async () => {
    await open([(response) => void response.writeHead(200, { 'content-length': 10 }).write('12345')], { timeoutMs: 50 });
    const { body } = await cloud.read('key');
    expect(await codeOf(bytesOf(body))).toBe('Timeout');
  });

  it('does not pass a body off as whole when the connection breaks', async () => {
    await open([
      (response) => {
        response.writeHead(200, { 'content-length': 10 }).write('12345');
        setImmediate(() => response.destroy());
      },
    ]);
    const { body } = await cloud.read('key');
    expect(await failure(bytesOf(body))).toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it('gets a buffer again, and a stream never', async () => {
    await open([slowDown, answer(200, '', { etag: '"1"' }), slowDown]);
    expect((await put(cloud, 'key', 'body')).version).toBe('"1"');
    expect(server.requests).toHaveLength(2);
    const body = { [Symbol.asyncIterator]: jest.fn(() => streamOf(text('body'))) };
    expect(await codeOf(put(cloud, 'key', body))).toBe('RateLimited');
    expect(body[Symbol.asyncIterator]).toHaveBeenCalledTimes(1);
  });

  it('does not hand out the wrong bytes when it ignores a range', async () => {
    await open([answer(200, 'hello', { 'content-length': '5' })]);
    expect(await codeOf(cloud.read('key', { offset: 2 }))).toBe('Internal');
  });

  it.each(['<NextContinuationToken>same</NextContinuationToken>', ''])(
    'does not lead a listing in a circle with %j',
    async (token) => {
      await open([
        answer(
          200,
          '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>',
        ),
        answer(200, `<ListBucketResult><IsTruncated>true</IsTruncated>${token}</ListBucketResult>`),
      ]);
      const { items, nextCursor } = await cloud.list();
      expect(items).toEqual([]);
      expect(await codeOf(cloud.list({ cursor: nextCursor ?? '' }))).toBe('Internal');
    },
  );

  it.each(['<html>Bad gateway</html>', '', '{"not":"xml"}', '<Error><Code>Trunc'])(
    'is understood by its status when it says %j',
    async (body) => {
      await open([answer(502, body)], { attempts: 1 });
      expect(await failure(cloud.list())).toMatchObject({ code: 'Unavailable', httpStatus: 502 });
    },
  );

  it('cannot make the client expand entities', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><Error><Code>&a;</Code><Message>&b;</Message></Error>`;
    await open([answer(400, bomb)]);
    const { message } = await failure(cloud.list());
    expect(message).not.toMatch(/root:|aaaaaaaaaa/);
  });

  it('is told apart from a clock that is wrong', async () => {
    await open([answer(403, '<Error><Code>RequestTimeTooSkewed</Code></Error>')]);
    const error = await failure(cloud.list());
    expect(error.code).toBe('Unauthenticated');
    expect(error.hint).toMatch(/clock/);
  });

  it('does not keep a caller who gives up while it is being waited for', async () => {
    const giveUp = new AbortController();
    const sleep = (_milliseconds: number, signal?: AbortSignal) => {
      giveUp.abort();
      return signal?.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve();
    };
    await open([slowDown], { sleep });
    expect(await codeOf(cloud.list({ signal: giveUp.signal }))).toBe('Cancelled');
    expect(server.requests).toHaveLength(1);
  });

  it('is left in peace by presigning', async () => {
    await open([silence]);
    await cloud.presign({ method: 'GET', key: 'key', expiresInSeconds: 60 });
    expect(server.requests).toEqual([]);
  });

  it('never makes health reject', async () => {
    await open([answer(500)], { attempts: 1 });
    expect(await cloud.health()).toMatchObject({ status: 'down', checks: [{ name: 'storage', ok: false, code: 'Unavailable' }] });
  });
});
