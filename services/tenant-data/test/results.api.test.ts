import type { Infer, Process } from '@polycloud/contracts';
import { newId } from '@polycloud/http';
import { type Tenant, UnderTest } from './under-test';

const under = UnderTest.around();

/** A process of the tenant, as the order service knows it. */
function processOf(tenant: Tenant, fields: Partial<Infer<typeof Process>>, paid = true): Infer<typeof Process> {
  const now = new Date().toISOString();
  const [processId, orderId] = [newId(), newId()];
  const process = {
    ...{ processId, orderId, status: 1 as const, statusText: 'success' as const, percentage: 100, step: 'store' },
    ...{ createdAt: now, updatedAt: now, ...fields },
  };
  under.neighbours.processes.set(processId, { ...process, userId: tenant.userId });
  if (paid) under.neighbours.paidOrders.add(orderId);
  return process;
}

describe('GET /data?processId=', () => {
  it('200 gives the result from the cloud of the user, then from memory, then 304', async () => {
    const sara = await under.tenant();
    await sara.put('results/p.json', '{"rows":3}', 'application/json');
    const { processId } = processOf(sara, { result: { key: 'results/p.json' } });
    const first = await sara.get(`/data?processId=${processId}`);
    expect([first.status, first.body.data, first.headers['x-cache']]).toEqual([200, { rows: 3 }, 'MISS']);
    expect((await sara.get(`/data?processId=${processId}`)).headers['x-cache']).toBe('HIT');
    const known = await sara.get(`/data?processId=${processId}`, { 'If-None-Match': String(first.headers['etag']) });
    expect(known.status).toBe(304);
  });

  it('200 gives the list of results of an order of several items', async () => {
    const sara = await under.tenant();
    await sara.put('results/p.json', '[{"rows":3},{"rows":4}]', 'application/json');
    const { processId } = processOf(sara, { result: { key: 'results/p.json' } });
    expect((await sara.get(`/data?processId=${processId}`)).body.data).toEqual([{ rows: 3 }, { rows: 4 }]);
  });

  it('409 INVALID_STATE while it runs, with the time to ask again', async () => {
    const sara = await under.tenant();
    const { processId } = processOf(sara, { status: 0, statusText: 'under process', percentage: 40 });
    const answer = await sara.get(`/data?processId=${processId}`);
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([409, 'INVALID_STATE', '1']);
    expect(answer.body.detail).toContain('40 %');
  });

  it('409 INVALID_STATE with the reason when it failed', async () => {
    const sara = await under.tenant();
    const error = { code: 'PAYMENT_DECLINED', detail: 'The card was declined', hint: 'Use another card' };
    const { processId } = processOf(sara, { status: 2, statusText: 'failure', error });
    const { body } = await sara.get(`/data?processId=${processId}`);
    expect([body.code, body.hint]).toEqual(['INVALID_STATE', 'Use another card']);
    expect(body.detail).toContain('PAYMENT_DECLINED: The card was declined');
  });

  it('402 PAYMENT_REQUIRED when the order is not paid, also when the result is gone', async () => {
    const sara = await under.tenant();
    const { processId, orderId } = processOf(sara, { result: { key: 'results/none.json' } }, false);
    const answer = await sara.get(`/data?processId=${processId}`);
    expect([answer.status, answer.body.code]).toEqual([402, 'PAYMENT_REQUIRED']);
    under.neighbours.paidOrders.add(orderId);
    expect((await sara.get(`/data?processId=${processId}`)).body.code).toBe('NOT_FOUND');
  });

  it("404 for a process that is another user's", async () => {
    const [sara, omar] = [await under.tenant(), await under.tenant()];
    await sara.put('results/p.json', '{"rows":3}', 'application/json');
    const { processId } = processOf(sara, { result: { key: 'results/p.json' } });
    expect((await omar.get(`/data?processId=${processId}`)).status).toBe(404);
  });

  it('refuses what is no result, and what is too large to be answered, with the way to it', async () => {
    const sara = await under.tenant();
    await sara.put('results/text.json', 'hello', 'application/json');
    await sara.put('results/large.json', Buffer.alloc(16 * 1024 * 1024 + 1, ' '), 'application/json');
    const read = (key: string) => sara.get(`/data?processId=${processOf(sara, { result: { key } }).processId}`);
    expect((await read('results/text.json')).body.code).toBe('DATASET_UNREADABLE');
    const large = await read('results/large.json');
    expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(large.body.hint).toContain('POST /data/download-url');
  });
});
