import { House, type Resident } from '../../../test/house';

const PROFILE = { sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } };
const order = (over: object = {}) => ({ items: [PROFILE], payment: { gateway: 'sandbox', source: 'tok_ok' }, ...over });
const NUMBERS = 'n,name\n1,a\n2,b\n3,\n';

describe('orders and their processes', () => {
  let house: House;
  let sara: Resident;

  beforeAll(async () => {
    house = await House.start();
    sara = await house.resident();
    await sara.upload('numbers.csv', NUMBERS);
  }, 60_000);
  afterAll(() => house.close());

  const countOf = async (table: string) =>
    Number((await house.databases.order.adminQuery<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);

  const ended = async (resident: Resident, processId: string) => {
    for (let tries = 0; tries < 200; tries++) {
      const { body } = await resident.get(`/user/process/${processId}`);
      if (body.data.status !== 0) return body.data;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`process ${processId} does not end`);
  };

  describe('POST /user/order', () => {
    it('202 is durable, goes its way and ends with the result in the cloud', async () => {
      const placed = await sara.post('/user/order', order());
      expect(placed.status).toBe(202);
      const { orderId, processId, total } = placed.body.data;
      expect(placed.headers['location']).toBe(`/user/process/${processId}`);
      expect(placed.headers['retry-after']).toBe('1');
      const process = await ended(sara, processId);
      expect(process).toMatchObject({
        status: 1,
        statusText: 'success',
        percentage: 100,
        result: { key: `results/${processId}.json` },
      });
      const result = await sara.get(`/data?processId=${processId}`);
      expect(result.body.data).toMatchObject({ dataset: 'numbers.csv', rows: 3 });
      const payments = await sara.get(`/payments?orderId=${orderId}`);
      expect(payments.body.data).toMatchObject([{ status: 'succeeded', amount: total.amount, currency: total.currency }]);
      expect((await sara.get(`/order/${orderId}`)).body.data.status).toBe('completed');
      // The payment gateway tells it too, by way of our gateway, in its own time.
      const events = () => house.databases.billing.adminQuery('SELECT event_id FROM gateway_events');
      for (let tries = 0; tries < 200 && (await events()).length === 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await events()).length).toBeGreaterThan(0);
      const { body } = await sara.get('/billing/info');
      expect(body.data.byCloud).toMatchObject([{ cloud: 'AWS', payments: 1, paid: total.amount }]);
    });

    it('400 VALIDATION_FAILED names every wrong field and stores nothing', async () => {
      const before = await countOf('orders');
      const answer = await sara.post('/user/order', { items: [{ quantity: 0 }], payment: { gateway: 'sandbox' }, admin: true });
      expect(answer.status).toBe(400);
      const fields = answer.body.errors.map((e: { field: string }) => e.field);
      expect(fields).toEqual(
        expect.arrayContaining(['body.items[0].sku', 'body.items[0].quantity', 'body.payment.source', 'body.admin']),
      );
      expect(await countOf('orders')).toBe(before);
    });

    it('422 UNKNOWN_SKU names the sku and stores nothing', async () => {
      const before = await countOf('orders');
      const answer = await sara.post('/user/order', order({ items: [{ sku: 'MOON' }] }));
      expect([answer.status, answer.body.code]).toEqual([422, 'UNKNOWN_SKU']);
      expect(answer.body.detail).toContain('MOON');
      expect(await countOf('orders')).toBe(before);
    });

    it('409 CLOUD_NOT_REGISTERED hints at PUT /user/cloud and stores nothing', async () => {
      const before = await countOf('orders');
      const ali = await house.resident({ cloud: false });
      const answer = await ali.post('/user/order', order());
      expect([answer.status, answer.body.code]).toEqual([409, 'CLOUD_NOT_REGISTERED']);
      expect(answer.body.hint).toContain('PUT /user/cloud');
      expect(await countOf('orders')).toBe(before);
    });

    it('202 as soon as the user has registered a cloud, 409 as soon as he has left it', async () => {
      const ali = await house.resident({ cloud: false });
      expect((await ali.post('/user/order', order())).status).toBe(409);
      await house.giveCloud(ali);
      expect((await ali.post('/user/order', order())).status).toBe(202);
      await ali.delete('/user/cloud');
      expect((await ali.post('/user/order', order())).body.code).toBe('CLOUD_NOT_REGISTERED');
    });

    it('401 without a token stores nothing', async () => {
      const before = await countOf('orders');
      const answer = await fetch(`${house.urls.gateway}/user/order`, { method: 'POST', body: JSON.stringify(order()) });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await countOf('orders')).toBe(before);
    });

    it('a declined payment ends the process as failed, with the reason and nothing charged', async () => {
      const placed = await sara.post('/user/order', order({ payment: { gateway: 'sandbox', source: 'tok_declined' } }));
      const process = await ended(sara, placed.body.data.processId);
      expect(process).toMatchObject({ status: 2, error: { code: 'PAYMENT_DECLINED' } });
      expect((await sara.get(`/order/${placed.body.data.orderId}`)).body.data.status).toBe('failed');
    });

    it('a dataset that cannot be read fails the process and gives the money back', async () => {
      await sara.upload('broken.csv', 'a,a\n1,2\n');
      const placed = await sara.post(
        '/user/order',
        order({ items: [{ sku: 'DATA-PROFILE', input: { dataset: 'broken.csv' } }] }),
      );
      const process = await ended(sara, placed.body.data.processId);
      expect(process).toMatchObject({ status: 2, error: { code: 'DATASET_UNREADABLE' } });
      const payments = await sara.get(`/payments?orderId=${placed.body.data.orderId}`);
      expect(payments.body.data).toMatchObject([{ status: 'refunded' }]);
    });
  });

  describe('Idempotency-Key', () => {
    const place = (key: string, body: object) => sara.post('/user/order', body).set('Idempotency-Key', key);

    it('replays the first answer byte for byte', async () => {
      const first = await place('k-1', order());
      const second = await place('k-1', order());
      expect(second.status).toBe(202);
      expect(second.text).toBe(first.text);
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(second.headers['location']).toBe(first.headers['location']);
    });

    it('422 IDEMPOTENCY_KEY_REUSED for another body', async () => {
      await place('k-2', order());
      const before = await countOf('orders');
      const other = await place('k-2', order({ currency: 'KWD' }));
      expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect(await countOf('orders')).toBe(before);
    });

    it('fifty at once make one order', async () => {
      const before = await countOf('orders');
      const answers = await Promise.all(Array.from({ length: 50 }, () => place('k-3', order())));
      const taken = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.data.orderId));
      expect(taken.size).toBe(1);
      const others = answers.filter(({ status }) => status !== 202);
      for (const { status, body, headers } of others) {
        expect([status, body.code]).toEqual([409, 'REQUEST_IN_PROGRESS']);
        expect(headers['retry-after']).toBe('1');
      }
      expect(await countOf('orders')).toBe(before + 1);
    });

    it('belongs to one user: the key of another makes a new order', async () => {
      const ali = await house.resident();
      await ali.upload('numbers.csv', NUMBERS);
      const mine = await place('k-4', order());
      const his = await ali.post('/user/order', order()).set('Idempotency-Key', 'k-4');
      expect(his.status).toBe(202);
      expect(his.body.data.orderId).not.toBe(mine.body.data.orderId);
    });

    it('is given back after a refusal, so that the corrected request may use it', async () => {
      expect((await place('k-5', order({ items: [{ sku: 'MOON' }] }))).status).toBe(422);
      expect((await place('k-5', order())).status).toBe(202);
    });
  });

  describe('reading', () => {
    it("404 for another's order and process, as for one that is not there", async () => {
      const placed = await sara.post('/user/order', order());
      const ali = await house.resident();
      const { orderId, processId } = placed.body.data;
      for (const path of [`/order/${orderId}`, `/user/process/${processId}`, `/order/${orderId}/history`]) {
        const answer = await ali.get(path);
        expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
      }
      expect((await ali.post(`/order/${orderId}/cancel`)).status).toBe(404);
    });

    it('lists the newest first, page by page, without a gap', async () => {
      const ali = await house.resident();
      await ali.upload('numbers.csv', NUMBERS);
      const placed: string[] = [];
      for (let n = 0; n < 5; n++) placed.unshift((await ali.post('/user/order', order())).body.data.orderId);
      const seen: string[] = [];
      let cursor = '';
      do {
        const { body } = await ali.get(`/orders?limit=2${cursor}`);
        seen.push(...body.data.map((o: { orderId: string }) => o.orderId));
        cursor = body.page.nextCursor === null ? '' : `&cursor=${body.page.nextCursor}`;
      } while (cursor);
      expect(seen).toEqual(placed);
      expect((await ali.get('/orders?cursor=nonsense')).status).toBe(400);
    });

    it('tells the history in order, each line with its request id', async () => {
      const placed = await sara.post('/user/order', order()).set('X-Request-Id', 'history-1');
      await ended(sara, placed.body.data.processId);
      const { body } = await sara.get(`/order/${placed.body.data.orderId}/history`);
      expect(body.data.map((entry: { kind: string; step: string }) => `${entry.kind} ${entry.step}`)).toEqual([
        'accepted accepted',
        'done charge',
        'done process',
        'done store',
        'completed finished',
      ]);
      expect(new Set(body.data.map((entry: { requestId: string }) => entry.requestId))).toEqual(new Set(['history-1']));
    });

    it('streams from any instance, and goes on after Last-Event-ID', async () => {
      await house.stop('worker');
      const other = await house.startOrder('other');
      const placed = await sara.post('/user/order', order());
      const { processId } = placed.body.data;
      const follow = (url: string, headers = {}) =>
        fetch(`${url}/user/process/${processId}/events`, { headers: { Authorization: `Bearer ${sara.token}`, ...headers } });
      const reader = (await follow(other)).body?.getReader();
      let first = '';
      while (!first.includes('data: ')) first += Buffer.from((await reader?.read())?.value ?? []).toString();
      await reader?.cancel();
      const id = /^id: (.*)$/m.exec(first)?.[1] ?? '';
      expect(id).toBe('0-0-accepted');
      await house.startWorker();
      const rest = await (await follow(house.urls.gateway, { 'Last-Event-ID': id })).text();
      expect(rest).toContain('"percentage":100');
      expect(rest).not.toContain(`id: ${id}\n`);
      const seen = [...rest.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
      expect(await (await follow(other, { 'Last-Event-ID': seen })).text()).not.toContain('data: ');
      await house.stop('other');
    });

    it('ends the stream of a session that is logged out, and no other of its user', async () => {
      await house.stop('worker');
      const { body } = await sara.post('/user/order', order());
      const follow = (token: string) =>
        fetch(`${house.urls.gateway}/user/process/${body.data.processId}/events`, {
          headers: { Authorization: `Bearer ${token}` },
        });
      const device = await house.logIn(sara.credentials);
      const [lost, kept] = await Promise.all([follow(device), follow(sara.token)]);
      await fetch(`${house.urls.gateway}/authentication/logout`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${device}` },
      });
      expect(await lost.text()).not.toContain('"percentage":100');
      await house.startWorker();
      expect(await kept.text()).toContain('"percentage":100');
    });

    it('streams the process until it ends', async () => {
      const placed = await sara.post('/user/order', order());
      const stream = await fetch(`${house.urls.gateway}/user/process/${placed.body.data.processId}/events`, {
        headers: { Authorization: `Bearer ${sara.token}` },
      });
      expect(stream.headers.get('content-type')).toContain('text/event-stream');
      const states = [...(await stream.text()).matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ''));
      expect(states.at(-1)).toMatchObject({ status: 1, percentage: 100 });
      const percentages = states.map(({ percentage }) => percentage);
      expect(percentages).toEqual([...percentages].sort((a, b) => a - b));
    });
  });

  describe('GET /processes', () => {
    it('shows an administrator those of all users by status and age, page by page', async () => {
      const ali = await house.resident();
      const { body } = await ali.post('/user/order', order({ payment: { gateway: 'sandbox', source: 'tok_declined' } }));
      await ended(ali, body.data.processId);
      const admin = await house.admin();
      const failed = await admin.get('/processes?status=2&limit=1');
      expect(failed.body.data).toMatchObject([{ processId: body.data.processId, status: 2 }]);
      const next = await admin.get(`/processes?status=2&limit=1&cursor=${failed.body.page.nextCursor}`);
      expect(next.body.data[0]?.processId).not.toBe(body.data.processId);
      expect((await admin.get('/processes?olderThan=3600')).body.data).toEqual([]);
      await house.databases.order.adminQuery(
        'UPDATE user_processes SET created_at = created_at - INTERVAL 2 HOUR WHERE process_id = ?',
        [body.data.processId],
      );
      expect((await admin.get('/processes?olderThan=3600')).body.data).toMatchObject([{ processId: body.data.processId }]);
    });

    it('403 FORBIDDEN for anybody else', async () => {
      const answer = await sara.get('/processes');
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('cancel and retry', () => {
    it('409 INVALID_STATE for what has ended', async () => {
      const placed = await sara.post('/user/order', order());
      await ended(sara, placed.body.data.processId);
      expect((await sara.post(`/order/${placed.body.data.orderId}/cancel`)).body.code).toBe('INVALID_STATE');
      expect((await sara.post(`/order/${placed.body.data.orderId}/retry`)).body.code).toBe('INVALID_STATE');
    });

    it('an order that is cancelled before it begins is never charged', async () => {
      await house.stop('worker');
      const placed = await sara.post('/user/order', order());
      const { orderId, processId } = placed.body.data;
      expect((await sara.post(`/order/${orderId}/cancel`)).status).toBe(202);
      // Who did not get the answer asks again.
      expect((await sara.post(`/order/${orderId}/cancel`)).status).toBe(202);
      await house.startWorker();
      expect(await ended(sara, processId)).toMatchObject({ status: 2, error: { code: 'CANCELLED' } });
      expect((await sara.get(`/order/${orderId}`)).body.data.status).toBe('cancelled');
      expect(
        (await sara.get(`/payments?orderId=${orderId}`)).body.data.filter((p: { status: string }) => p.status === 'succeeded'),
      ).toEqual([]);
    });

    it('a failed order runs again as a new process and is paid once', async () => {
      const placed = await sara.post('/user/order', order({ items: [{ sku: 'DATA-PROFILE', input: { dataset: 'late.csv' } }] }));
      const { orderId, processId } = placed.body.data;
      expect(await ended(sara, processId)).toMatchObject({ status: 2, error: { code: 'NOT_FOUND' } });
      await sara.upload('late.csv', NUMBERS);
      const again = await sara.post(`/order/${orderId}/retry`);
      expect(again.status).toBe(202);
      expect(again.body.data.processId).not.toBe(processId);
      expect(await ended(sara, again.body.data.processId)).toMatchObject({ status: 1 });
      expect(await ended(sara, processId)).toMatchObject({ status: 2 });
      const { body } = await sara.get(`/payments?orderId=${orderId}`);
      expect(body.data.map((p: { status: string }) => p.status).sort()).toEqual(['refunded', 'succeeded']);
    });
  });
});
