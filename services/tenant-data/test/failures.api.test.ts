import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Tenant, UnderTest } from './under-test';

const under = UnderTest.around();
afterEach(() => (under.proxy.fault = undefined));

const HASTY = { 'X-Request-Timeout-Ms': '600' };
/** Strikes only what concerns this folder. */
const onlyFor =
  (folder: string, strike: (answer: ServerResponse) => void) =>
  (asked: IncomingMessage, answer: ServerResponse): boolean => {
    const his = decodeURIComponent(asked.url ?? '').includes(folder);
    if (his) strike(answer);
    return his;
  };
const hang = () => undefined;
const refuse =
  (status: number, code: string, headers = {}) =>
  (answer: ServerResponse) =>
    answer.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(`<Error><Code>${code}</Code></Error>`);

async function worksFor(tenant: Tenant): Promise<void> {
  expect((await tenant.get('/data')).status).toBe(200);
}

describe('a cloud that fails', () => {
  it('502 CLOUD_FAILED for wrong credentials, without showing them, and 200 as soon as they are mended', async () => {
    const sara = await under.tenant({ secretAccessKey: 'not-the-secret' });
    const answer = await sara.get('/data');
    expect([answer.status, answer.body.code]).toEqual([502, 'CLOUD_FAILED']);
    expect(answer.body.hint).toMatch(/credentials/);
    expect(answer.text).not.toContain('not-the-secret');
    const registration = under.neighbours.clouds.get(sara.userId);
    under.neighbours.clouds.set(sara.userId, {
      provider: 'AWS',
      connection: { ...registration?.connection, ...under.connection() },
    });
    expect((await sara.get('/data')).status).toBe(200);
  });

  it('502 CLOUD_FAILED for a bucket that is not there', async () => {
    const sara = await under.tenant({ bucket: 'nowhere' });
    for (const path of ['/data', '/data?dataset=a.csv']) {
      const { body } = await sara.get(path);
      expect([path, body.code]).toEqual([path, 'CLOUD_FAILED']);
      expect(body.detail).toContain('no such bucket or container');
    }
  });

  it('502 CLOUD_FAILED for an address that the operator no longer allows', async () => {
    const sara = await under.tenant();
    const { connection } = under.neighbours.clouds.get(sara.userId)!;
    under.neighbours.clouds.set(sara.userId, { provider: 'AWS', connection: { ...connection, endpoint: 'http://127.0.0.1:1' } });
    const { body } = await sara.get('/data');
    expect([body.code, body.hint]).toEqual(['CLOUD_FAILED', expect.stringContaining('PUT /user/cloud')]);
  });

  it.each([
    [403, 'AccessDenied', /Grant/],
    [403, 'RequestTimeTooSkewed', /clock/],
  ])('502 CLOUD_FAILED for %i %s, with what to do', async (status, code, hint) => {
    const sara = await under.tenant({ prefix: 'users/refused' });
    under.proxy.fault = onlyFor('users/refused', refuse(status, code));
    const { body } = await sara.get('/data');
    expect([body.code, body.hint]).toEqual(['CLOUD_FAILED', expect.stringMatching(hint)]);
  });

  it('502 CLOUD_FAILED with the Retry-After of a cloud that throttles', async () => {
    const sara = await under.tenant({ prefix: 'users/throttled' });
    under.proxy.fault = onlyFor('users/throttled', refuse(503, 'SlowDown', { 'retry-after': '7' }));
    const answer = await sara.get('/data');
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([502, 'CLOUD_FAILED', '7']);
  });

  it('200 in spite of one failure that passes', async () => {
    const sara = await under.tenant({ prefix: 'users/hiccup' });
    let failures = 0;
    const once = onlyFor('users/hiccup', refuse(500, 'InternalError'));
    under.proxy.fault = (asked, answer) => failures++ === 0 && once(asked, answer);
    expect((await sara.get('/data')).status).toBe(200);
  });

  it('502 CLOUD_FAILED when the body of a dataset is cut short', async () => {
    const sara = await under.tenant({ prefix: 'users/cut' });
    await sara.put('a.csv', 'x\n1\n2\n');
    const cut = onlyFor('a.csv', (answer) => {
      answer.writeHead(206, { etag: '"e"', 'content-length': '6', 'content-range': 'bytes 0-5/6' }).write('x\n1');
      setImmediate(() => answer.destroy());
    });
    const { etag } = await headOf(sara);
    under.proxy.fault = (asked, answer) => asked.method === 'GET' && cut(asked, withEtag(answer, etag));
    const answer = await sara.get('/data?dataset=a.csv');
    expect([answer.status, answer.body.code]).toEqual([502, 'CLOUD_FAILED']);
  });

  it('409 INVALID_STATE when the dataset is replaced between its look-up and its reading', async () => {
    const sara = await under.tenant({ prefix: 'users/replaced' });
    await sara.put('a.csv', 'x\n1\n');
    const other = onlyFor('a.csv', (answer) => {
      answer.writeHead(206, { etag: '"other"', 'content-length': '4', 'content-range': 'bytes 0-3/4' }).end('x\n2\n');
    });
    under.proxy.fault = (asked, answer) => asked.method === 'GET' && other(asked, answer);
    const { status, body } = await sara.get('/data?dataset=a.csv');
    expect([status, body.code]).toEqual([409, 'INVALID_STATE']);
  });
});

describe('a cloud that hangs', () => {
  it('504 UPSTREAM_TIMEOUT within the time of the request, and harms nobody else', async () => {
    const [sara, omar] = [await under.tenant({ prefix: 'users/hangs' }), await under.tenant()];
    under.proxy.fault = onlyFor('users/hangs', hang);
    const [answer] = await Promise.all([sara.get('/data', HASTY), worksFor(omar)]);
    expect([answer.status, answer.body.code]).toEqual([504, 'UPSTREAM_TIMEOUT']);
    expect(answer.body.hint).toBeTruthy();
  });

  it('502 with Retry-After, and nothing asked of the cloud, after it has hung several times', async () => {
    const [sara, omar] = [await under.tenant({ prefix: 'users/breaks' }), await under.tenant()];
    under.proxy.fault = onlyFor('users/breaks', hang);
    await Promise.all(Array.from({ length: 6 }, () => sara.get('/data', HASTY)));
    under.proxy.requests.length = 0;
    const answer = await sara.get('/data');
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([502, 'CLOUD_FAILED', '5']);
    expect(under.proxy.requests).toEqual([]);
    await worksFor(omar);
  });

  it('503 UNAVAILABLE for the call too many, while other users are served', async () => {
    const [sara, omar] = [await under.tenant({ prefix: 'users/crowd' }), await under.tenant()];
    const held: ServerResponse[] = [];
    under.proxy.fault = onlyFor('users/crowd', (answer) => void held.push(answer));
    const accepted = Array.from({ length: 32 }, () => sara.get('/data').then(({ status }) => status));
    while (held.length < 32) await new Promise((resolve) => setTimeout(resolve, 10));
    const refused = await Promise.all(Array.from({ length: 8 }, () => sara.get('/data').then(({ body }) => body.code)));
    expect(refused).toEqual(Array(8).fill('UNAVAILABLE'));
    await worksFor(omar);
    for (const answer of held) answer.end('<ListBucketResult/>');
    expect(await Promise.all(accepted)).toEqual(Array(32).fill(200));
  });
});

const headOf = async (tenant: Tenant) => ({ etag: (await tenant.cloud.head('a.csv')).version });

/** The answer, which will bear the tag of the object whatever the fault writes. */
function withEtag(answer: ServerResponse, etag: string): ServerResponse {
  const writeHead = answer.writeHead.bind(answer) as (status: number, headers: object) => ServerResponse;
  answer.writeHead = ((status: number, headers: object) => writeHead(status, { ...headers, etag })) as typeof answer.writeHead;
  return answer;
}
