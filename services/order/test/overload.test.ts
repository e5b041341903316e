import { House, type Resident } from '../../../test/house';

const ORDER = {
  items: [{ sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
};

describe('more orders than workers can drive', () => {
  let house: House;
  const resident = async (): Promise<Resident> => {
    const one = await house.resident();
    await one.upload('numbers.csv', 'n\n1\n2\n');
    return one;
  };
  const allEnded = async () => {
    for (let tries = 0; tries < 1_000; tries++) {
      const rows = await house.databases.order.adminQuery('SELECT process_id FROM user_processes WHERE status = 0');
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('not all processes end');
  };

  beforeEach(async () => (house = await House.start({ worker: false, order: { ORDER_BACKLOG_LIMIT: 40 } })), 60_000);
  afterEach(() => house.close());

  it("one user's many orders do not make another's wait", async () => {
    const [busy, other] = [await resident(), await resident()];
    for (let n = 0; n < 15; n++) await busy.post('/user/order', ORDER);
    const { processId } = (await other.post('/user/order', ORDER)).body.data;
    await house.startWorker('worker', { WORKER_CONCURRENCY: 2, WORKER_USER_SHARE: 1 });
    await allEnded();
    const ends = await house.databases.order.adminQuery<{ process_id: string }>(
      "SELECT process_id FROM process_events WHERE kind = 'completed' ORDER BY event_id",
    );
    expect(ends).toHaveLength(16);
    expect(ends.findIndex((end) => end.process_id === processId)).toBeLessThan(5);
  }, 60_000);

  it('503 UNAVAILABLE with Retry-After beyond the backlog, nothing is stored, and the same key is taken later', async () => {
    const sara = await resident();
    let refused: { status: number; body: { code: string }; headers: Record<string, string> } | undefined;
    let key = '';
    for (let n = 0; n < 80 && !refused; n++) {
      key = `order-${n}`;
      const answer = await sara.post('/user/order', ORDER).set('Idempotency-Key', key);
      if (answer.status !== 202) refused = answer;
    }
    expect([refused?.status, refused?.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    const [count] = await house.databases.order.adminQuery<{ n: number }>('SELECT COUNT(*) AS n FROM orders');
    expect(`order-${Number(count?.n)}`).toBe(key);
    await house.startWorker();
    await allEnded();
    expect((await sara.post('/user/order', ORDER).set('Idempotency-Key', key)).status).toBe(202);
  }, 60_000);
});
