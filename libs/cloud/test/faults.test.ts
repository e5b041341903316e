import { EventEmitter, once } from 'node:events';
import type { CloudDeps } from '@polycloud/cloud';
import { codeOf, failure, put, streamOf, text } from './conformance/harness';
import { answer, silence, type Step } from './servers/scripted';
import { openFaulty, type Faulty, type Wire, wires } from './servers/wires';

describe.each(wires.map((wire): [string, Wire] => [wire.provider, wire]))('a faulty storage: %s', (_, wire) => {
  let faulty: Faulty;
  const open = async (steps: Step[], deps?: Partial<CloudDeps>) => (faulty = await openFaulty(wire, steps, deps));
  afterEach(() => faulty.close());

  const busy = wire.refusal(...wire.busy);

  it('is asked again, with growing pauses, until it answers', async () => {
    const { cloud, server, pauses } = await open([busy, answer(500), wire.page()]);
    expect(await cloud.list()).toEqual({ items: [], nextCursor: null });
    expect(server.requests).toHaveLength(3);
    expect(pauses).toEqual([100, 200]);
  });

  it('is asked three times and no more', async () => {
    const { cloud, server } = await open([busy]);
    const [, providerCode] = wire.busy;
    expect(await failure(cloud.list())).toMatchObject({ code: 'RateLimited', retryable: true, providerCode });
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 409, 412, 422])('is asked once when it answers %d', async (status) => {
    const { cloud, server } = await open([wire.refusal(status, 'Refused')]);
    expect((await failure(cloud.list())).retryable).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('is given the time that it asks for', async () => {
    const { cloud, pauses } = await open([answer(503, '', { 'retry-after': '7' }), wire.page()]);
    await cloud.list();
    expect(pauses).toEqual([7000]);
  });

  it('is not waited for when it asks for more time than a call has', async () => {
    const { cloud, pauses } = await open([answer(429, '', { 'retry-after': '3600' })]);
    expect(await failure(cloud.list())).toMatchObject({ code: 'RateLimited', retryAfterMs: 3_600_000 });
    expect(pauses).toEqual([]);
  });

  it('is given up when it does not answer in time, and its connection is closed', async () => {
    const connection = new EventEmitter();
    const closed = once(connection, 'close');
    const step: Step = (response) => void response.once('close', () => connection.emit('close'));
    const { cloud } = await open([step], { timeoutMs: 50, attempts: 1 });
    expect(await codeOf(cloud.list())).toBe('Timeout');
    await closed;
  });

  it('gets a buffer again', async () => {
    const { cloud, server } = await open([busy, wire.stored]);
    expect((await put(cloud, 'key', 'body')).version).toMatch(/^"?1"?$/);
    expect(server.requests).toHaveLength(2);
  });

  it('gets a stream once only', async () => {
    const { cloud } = await open([wire.refusal(403, 'Refused')]);
    const body = { [Symbol.asyncIterator]: jest.fn(() => streamOf(text('body'))) };
    expect(await codeOf(put(cloud, 'key', body))).toBe('PermissionDenied');
    expect(body[Symbol.asyncIterator]).toHaveBeenCalledTimes(1);
  });

  it('is told apart from a clock or a key that is wrong', async () => {
    const { cloud } = await open([wire.refusal(...wire.skewed)]);
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
    const { cloud, server } = await open([busy], { sleep });
    expect(await codeOf(cloud.list({ signal: giveUp.signal }))).toBe('Cancelled');
    expect(server.requests).toHaveLength(1);
  });

  it('is left in peace by presigning', async () => {
    const { cloud, server } = await open([silence]);
    await cloud.presign({ method: 'GET', key: 'key', expiresInSeconds: 60 });
    await cloud.presign({ method: 'PUT', key: 'key', expiresInSeconds: 60, contentType: 'text/csv' });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['Unavailable', answer(500)],
    ['Timeout', silence],
  ])('never makes health reject or write: %s', async (code, step) => {
    const { cloud, server } = await open([step], { timeoutMs: 200 });
    expect(await cloud.health()).toMatchObject({ status: 'down', checks: [{ name: 'storage', ok: false, code }] });
    expect(server.requests).toEqual([expect.stringMatching(/^GET /)]);
  });
});
