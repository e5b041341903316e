import { FaultyLine } from '../../../test/faulty-line';
import { House, type Resident } from '../../../test/house';

const order = (dataset = 'numbers.csv') => ({
  items: [{ sku: 'DATA-PROFILE', input: { dataset } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
});

describe('an order under faults', () => {
  let house: House;
  let sara: Resident;
  let line: FaultyLine;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
  }, 60_000);
  afterAll(() => house.close());
  beforeEach(async () => (line = await new FaultyLine(house.urls.billing).open()));
  afterEach(async () => {
    line.close();
    await house.stop('worker');
    await house.stop('second');
  });

  const startWorker = (settings: object = {}) => house.startWorker('worker', { BILLING_URL: line.url, ...settings });
  const place = async (dataset?: string) =>
    (await sara.post('/user/order', order(dataset))).body.data as { orderId: string; processId: string };
  const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 300; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not happen');
  };
  /** What pauses before its next try is due at once. */
  const hurry = () =>
    house.databases.order.adminQuery(
      'UPDATE user_processes SET run_at = NOW(3) - INTERVAL 2 SECOND WHERE status = 0 AND lease_owner IS NULL AND run_at > NOW(3)',
    );
  const ended = (processId: string) =>
    eventually(async () => {
      await hurry();
      const { data } = (await sara.get(`/user/process/${processId}`)).body;
      return data.status === 0 ? undefined : data;
    });
  const paymentsOf = async (orderId: string) =>
    (await sara.get(`/payments?orderId=${orderId}`)).body.data.map(({ status }: { status: string }) => status);
  const capturesOf = async (orderId: string) => {
    const answer = await fetch(`${house.sandbox.url}/_emulator/ledger`);
    const { data } = (await answer.json()) as { data: { type?: string; charge?: { orderRef: string } }[] };
    return data.filter(({ type, charge }) => type === 'charge.succeeded' && charge?.orderRef === orderId).length;
  };
  const atEmulator = (path: string, method: string, body?: object) =>
    fetch(`${house.aws.url}/_emulator/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });

  it('is charged once when the answer of billing is lost', async () => {
    let lost = 0;
    line.fateOf = (request) => (request === 'POST /internal/charges' && lost++ < 2 ? 'lose' : 'pass');
    await startWorker();
    const { orderId, processId } = await place();
    expect(await ended(processId)).toMatchObject({ status: 1, percentage: 100 });
    expect(lost).toBeGreaterThan(2);
    expect(await paymentsOf(orderId)).toEqual(['succeeded']);
    expect(await capturesOf(orderId)).toBe(1);
  });

  it('waits for a billing service that is away for a while', async () => {
    let refused = 0;
    line.fateOf = () => (refused++ < 3 ? 'refuse' : 'pass');
    await startWorker();
    const { processId } = await place();
    expect(await ended(processId)).toMatchObject({ status: 1 });
    const { body } = await sara.get(`/order/${(await ended(processId)).orderId}/history`);
    expect(body.data.filter(({ kind }: { kind: string }) => kind === 'retry')).toHaveLength(3);
  });

  it('is paid back in the end when giving back fails for a while', async () => {
    let refused = 0;
    line.fateOf = (request) => (request.endsWith('/refund') && refused++ < 3 ? 'refuse' : 'pass');
    await startWorker();
    const { orderId, processId } = await place('missing.csv');
    expect(await ended(processId)).toMatchObject({ status: 2, error: { code: 'NOT_FOUND' } });
    expect(refused).toBe(4);
    expect(await paymentsOf(orderId)).toEqual(['refunded']);
  });

  it('fails with 402 when its payer takes his money back on the way, and leaves no result', async () => {
    let isRefunded = false;
    line.fateOf = (request) => (request.startsWith('GET /internal/charges/') && !isRefunded ? 'refuse' : 'pass');
    await startWorker();
    const { orderId, processId } = await place();
    await eventually(async () => ((await paymentsOf(orderId))[0] === 'succeeded' ? true : undefined));
    const [{ paymentId }] = (await sara.get(`/payments?orderId=${orderId}`)).body.data;
    expect((await sara.post(`/payment/${paymentId}/refund`, {})).status).toBe(200);
    isRefunded = true;
    expect(await ended(processId)).toMatchObject({ status: 2, error: { code: 'PAYMENT_REQUIRED' } });
    expect((await sara.get(`/data?prefix=results/${processId}`)).body.data).toEqual([]);
    expect(await paymentsOf(orderId)).toEqual(['refunded']);
  });

  it('ends although the queue was wiped', async () => {
    const placed = await Promise.all(Array.from({ length: 5 }, () => place()));
    await eventually(async () => {
      const [row] = await house.databases.order.adminQuery<{ n: number }>(
        "SELECT COUNT(*) AS n FROM outbox WHERE state = 'pending'",
      );
      return Number(row?.n) === 0 ? true : undefined;
    });
    expect((await atEmulator('wipe', 'POST')).status).toBe(200);
    await startWorker();
    for (const { processId } of placed) expect(await ended(processId)).toMatchObject({ status: 1 });
  });

  it('is done once however often its message comes', async () => {
    await atEmulator('faults', 'PUT', { duplicate: 1, reorder: 1, seed: 3 });
    await startWorker();
    const placed = await Promise.all(Array.from({ length: 5 }, () => place()));
    for (const { orderId, processId } of placed) {
      expect(await ended(processId)).toMatchObject({ status: 1 });
      expect(await capturesOf(orderId)).toBe(1);
      const { body } = await sara.get(`/order/${orderId}/history`);
      expect(body.data.map(({ kind }: { kind: string }) => kind)).toEqual(['accepted', 'done', 'done', 'done', 'completed']);
    }
    const { injected } = (await (await atEmulator('faults', 'GET')).json()) as { injected: { duplicate: number } };
    expect(injected.duplicate).toBeGreaterThan(0);
    await atEmulator('faults', 'PUT', {});
  });

  it('of a worker that is told to stop in the midst of a step goes on elsewhere at once, or is paid back when it was cancelled', async () => {
    line.fateOf = () => 'hold';
    // So long a lease would not run out within the test: only handing on explains that another worker goes on.
    await startWorker({ WORKER_LEASE_SECONDS: 300 });
    const [going, cancelled] = [await place(), await place()];
    for (const { orderId } of [going, cancelled])
      await eventually(async () => ((await capturesOf(orderId)) === 1 ? true : undefined));
    expect((await sara.post(`/order/${cancelled.orderId}/cancel`)).status).toBe(202);
    const stopped = house.stop('worker');
    await house.startWorker('second');
    expect(await ended(going.processId)).toMatchObject({ status: 1 });
    expect(await capturesOf(going.orderId)).toBe(1);
    expect(await ended(cancelled.processId)).toMatchObject({ status: 2, error: { code: 'CANCELLED' } });
    expect(await paymentsOf(cancelled.orderId)).toEqual(['refunded']);
    line.close();
    await stopped;
  });

  it('of a saga that no worker knows stays visible, is tried ever more rarely, and ends once one does', async () => {
    const { processId } = await place();
    const set = (saga: string) =>
      house.databases.order.adminQuery('UPDATE user_processes SET saga = ? WHERE process_id = ?', [saga, processId]);
    await set('unheard-of');
    await startWorker();
    await eventually(async () => {
      await hurry();
      const sql = 'SELECT attempts FROM user_processes WHERE process_id = ?';
      const [row] = await house.databases.order.adminQuery<{ attempts: number }>(sql, [processId]);
      return Number(row?.attempts) >= 2 ? true : undefined;
    });
    expect((await sara.get(`/user/process/${processId}`)).body.data).toMatchObject({ status: 0 });
    await set('order');
    expect(await ended(processId)).toMatchObject({ status: 1 });
  });
});
