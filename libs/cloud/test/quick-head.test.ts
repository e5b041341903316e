import { Readable } from 'node:stream';
import { QuickHead } from '../src/adapters/s3/quick-head';

type Handler = ConstructorParameters<typeof QuickHead>[0];

/** A handler that answers with these statuses in turn and keeps what it was asked. */
function answering(...statuses: number[]): { handler: Handler; asked: string[]; bodies: Readable[] } {
  const asked: string[] = [];
  const bodies: Readable[] = [];
  const handle = ({ method, hostname, port, path }: { method: string; hostname: string; port?: number; path: string }) => {
    asked.push(`${method} ${hostname}:${port ?? '-'} ${path}`);
    const body = Readable.from([]);
    bodies.push(body);
    return Promise.resolve({ response: { statusCode: statuses.shift(), headers: { etag: '"1"' }, body } });
  };
  return { handler: { handle }, asked, bodies };
}

describe('QuickHead', () => {
  const { signal } = new AbortController();
  let signed: number;
  const sign = (key: string) => Promise.resolve(`http://s3.example:9000/bucket/${key}?signature=${++signed}`);

  beforeEach(() => (signed = 0));

  it('asks again by the same URL, and lets go of the connection each time', async () => {
    const { handler, asked, bodies } = answering(200, 200);
    const heads = new QuickHead(handler, sign);
    expect(await heads.ask('a.csv', signal)).toEqual({ etag: '"1"' });
    expect(await heads.ask('a.csv', signal)).toEqual({ etag: '"1"' });
    expect(asked).toEqual(Array(2).fill('HEAD s3.example:9000 /bucket/a.csv?signature=1'));
    expect(bodies.map((body) => body.readableFlowing)).toEqual([true, true]);
  });

  it('signs for each key apart', async () => {
    const { handler, asked } = answering(200, 200);
    const heads = new QuickHead(handler, sign);
    await heads.ask('a.csv', signal);
    await heads.ask('b.csv', signal);
    expect(asked[1]).toBe('HEAD s3.example:9000 /bucket/b.csv?signature=2');
  });

  it.each([403, 404, 503])('leaves an answer %s to the client, and signs anew next time', async (status) => {
    const { handler, asked } = answering(status, 200);
    const heads = new QuickHead(handler, sign);
    expect(await heads.ask('a.csv', signal)).toBeUndefined();
    await heads.ask('a.csv', signal);
    expect(asked[1]).toContain('signature=2');
  });

  it('keeps no signature that failed', async () => {
    const { handler } = answering(200);
    const failing = jest.fn(sign).mockRejectedValueOnce(new Error('no credentials'));
    const heads = new QuickHead(handler, failing);
    await expect(heads.ask('a.csv', signal)).rejects.toThrow('no credentials');
    expect(await heads.ask('a.csv', signal)).toBeDefined();
  });
});
