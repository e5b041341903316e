import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { FaultyLine } from '../../../test/faulty-line';
import { House, type Resident } from '../../../test/house';
import { afterTry } from '../src/bo/callback-schedule';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A client's own endpoint, which answers what it is told to. */
class Receiver {
  readonly received: Received[] = [];
  answers: number[] = [];
  isSilent = false;
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (!this.isSilent) response.writeHead(this.answers.shift() ?? 204).end();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/called`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('callbacks', () => {
  let house: House;
  let sara: Resident;
  let receiver: Receiver;
  let callbackUrl: string;

  beforeAll(async () => {
    house = await House.start();
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
  }, 60_000);
  afterAll(() => house.close());
  beforeEach(async () => {
    receiver = new Receiver();
    callbackUrl = await receiver.listen();
  });
  afterEach(() => receiver.close());

  const place = async (dataset = 'numbers.csv') => {
    const items = [{ sku: 'DATA-PROFILE', input: { dataset } }];
    const { body } = await sara.post('/user/order', { items, payment: { gateway: 'sandbox', source: 'tok_ok' }, callbackUrl });
    return body.data.processId as string;
  };
  const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 200; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not happen');
  };
  const deliveryOf = async (processId: string) => (await sara.get(`/user/process/${processId}/callbacks`)).body.data[0];

  it("tells of the end, signed with the owner's secret as Standard Webhooks", async () => {
    const processId = await place();
    const { headers, body } = await eventually(() => receiver.received[0]);
    const { body: me } = await sara.get('/user/details');
    const payload = new Webhook(me.data.settings.webhookSecret).verify(body, headers as Record<string, string>);
    expect(payload).toMatchObject({ type: 'process.succeeded', data: { processId, status: 1, percentage: 100 } });
    const delivery = await eventually(async () => {
      const one = await deliveryOf(processId);
      return one.state === 'delivered' ? one : undefined;
    });
    expect(delivery).toMatchObject({ deliveryId: headers['webhook-id'], attempts: [{ status: 204 }] });
  });

  it('tells of a failure too', async () => {
    const processId = await place('missing.csv');
    const { body } = await eventually(() => receiver.received[0]);
    expect(JSON.parse(body)).toMatchObject({
      type: 'process.failed',
      data: { processId, status: 2, error: { code: 'NOT_FOUND' } },
    });
  });

  it('tries again after a refusal, under the same id, and does not follow a redirect', async () => {
    receiver.answers = [302, 200];
    const processId = await place();
    await eventually(() => receiver.received[1]);
    expect(receiver.received[1]?.headers['webhook-id']).toBe(receiver.received[0]?.headers['webhook-id']);
    const delivery = await eventually(async () => {
      const one = await deliveryOf(processId);
      return one.state === 'delivered' ? one : undefined;
    });
    expect(delivery.attempts.map((a: { status: number }) => a.status)).toEqual([302, 200]);
  });

  it('stops at 410 and sends again on request', async () => {
    receiver.answers = [410];
    const processId = await place();
    const failed = await eventually(async () => {
      const one = await deliveryOf(processId);
      return one?.state === 'failed' ? one : undefined;
    });
    const replay = await sara.post(`/user/process/${processId}/callbacks/${failed.deliveryId}/replay`);
    expect([replay.status, replay.body.data.state]).toEqual([202, 'pending']);
    await eventually(() => receiver.received[1]);
  });

  it('counts no try while the owner cannot be asked for his secret', async () => {
    const line = await new FaultyLine(house.urls.user).open();
    await house.stop('worker');
    await house.startWorker('worker', { USER_URL: line.url });
    line.fateOf = (request) => (request.includes('/user/details') ? 'refuse' : 'pass');
    const processId = await place();
    await eventually(() => line.requests.find((request) => request.includes('/user/details')));
    await house.stop('worker');
    line.close();
    expect(await deliveryOf(processId)).toMatchObject({ state: 'pending', attempts: [] });
    const sql = 'SELECT tries FROM callback_deliveries WHERE process_id = ?';
    expect(await house.databases.order.adminQuery(sql, [processId])).toEqual([{ tries: 0 }]);
    await house.startWorker();
  });

  it("is not held up by another's receiver that never answers", async () => {
    const ali = await house.resident();
    const processId = await place();
    await eventually(() => receiver.received[0]);
    receiver.isSilent = true;
    const copies = `INSERT INTO callback_deliveries (delivery_id, process_id, user_id, url, body, state, tries, next_at, request_id, created_at)
      SELECT UUID(), ?, ?, url, body, 'pending', 0, NOW(3), request_id, NOW(3) FROM callback_deliveries WHERE process_id = ?`;
    for (let n = 0; n < 40; n++) await house.databases.order.adminQuery(copies, ['several', ali.id, processId]);
    await eventually(() => receiver.received[3]);
    const listening = new Receiver();
    // Another host, since one host gets few calls at once.
    callbackUrl = (await listening.listen()).replace('127.0.0.1', 'localhost');
    await place();
    await eventually(() => listening.received[0]);
    listening.close();
    const tried = 'SELECT COUNT(*) AS n FROM callback_attempts JOIN callback_deliveries USING (delivery_id) WHERE user_id = ?';
    const [attempts] = await house.databases.order.adminQuery<{ n: number }>(tried, [ali.id]);
    expect(Number(attempts?.n)).toBe(0);
    await house.databases.order.adminQuery('DELETE FROM callback_deliveries WHERE user_id = ?', [ali.id]);
    receiver.close();
  });

  it("404 for another's callbacks", async () => {
    const processId = await place();
    const ali = await house.resident();
    expect((await ali.get(`/user/process/${processId}/callbacks`)).status).toBe(404);
  });
});

describe('the schedule of callbacks', () => {
  it('makes twelve tries over about five days', () => {
    let seconds = 0;
    let tries = 1;
    for (let next = afterTry(tries, { status: 500 }); typeof next === 'object'; next = afterTry(++tries, { status: 500 })) {
      seconds += next.retryInSeconds;
    }
    expect(tries).toBe(12);
    expect(seconds / 86_400).toBeGreaterThan(4.4);
    expect(seconds / 86_400).toBeLessThan(5.6);
  });

  it('waits as long as the receiver asks, an hour at most', () => {
    expect(afterTry(1, { status: 429, retryAfterSeconds: 120 })).toEqual({ retryInSeconds: 120 });
    expect(afterTry(1, { status: 429, retryAfterSeconds: 1e6 })).toEqual({ retryInSeconds: 3600 });
  });
});

describe('a callback to a private address where that is not allowed', () => {
  let house: House;
  beforeAll(async () => {
    house = await House.start({ worker: false, order: { CALLBACK_ALLOW_PRIVATE: false } });
  }, 60_000);
  afterAll(() => house.close());

  it('400 VALIDATION_FAILED when the order is placed, and nothing is stored', async () => {
    const sara = await house.resident();
    const items = [{ sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } }];
    const answer = await sara.post('/user/order', {
      items,
      payment: { gateway: 'sandbox', source: 'tok_ok' },
      callbackUrl: 'https://127.0.0.1/called',
    });
    expect([answer.status, answer.body.errors?.[0].field]).toEqual([400, 'body.callbackUrl']);
    expect(await house.databases.order.adminQuery('SELECT order_id FROM orders')).toEqual([]);
  });
});
