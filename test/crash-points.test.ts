import { randomUUID } from 'node:crypto';
import { MAINS, type Part, PARTS, pointsOf, surprises } from './crash-points';
import { House, type Resident } from './house';
import { ServiceProcess } from './service-process';

/** All of them take minutes: CRASH_POINTS=all. Otherwise a few of each part, others each day, and of all parts at once. */
const tryAll = process.env.CRASH_POINTS === 'all';
const ROUNDS = 3;

interface Placed {
  orderId: string;
  processId: string;
}

interface Charge {
  id: string;
  orderRef: string;
  status: string;
  amount: number;
  refunded: number;
}

describe('a crash before and after every write of an order', () => {
  let house: House;
  let sara: Resident;
  const parts = {} as Record<Part, ServiceProcess>;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
    await Promise.all([house.stop('order'), house.stop('billing')]);
    for (const part of PARTS) {
      const settings = { ...house.settingsOf(part === 'worker' ? 'order' : part), ...(part === 'worker' && { PORT: 0 }) };
      parts[part] = new ServiceProcess(MAINS[part], settings);
    }
    await Promise.all(PARTS.map((part) => parts[part].start({ LOG_LEVEL: 'debug' })));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(Object.values(parts).map((part) => part.stop()));
    await house.close();
  }, 60_000);

  const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 1_200; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not happen');
  };
  /** What a dead instance had begun may be taken over. */
  const leasesRunOut = () =>
    house.databases.order.adminQuery(
      "UPDATE idempotency_keys SET lease_until = NOW(3) - INTERVAL 1 SECOND WHERE state = 'in_progress'",
    );
  /** Places an order under one key until it is accepted, as a client does who lost the answer. */
  const place = (dataset: string, source: string) => {
    const items = [{ sku: 'DATA-PROFILE', input: { dataset } }];
    const order = { items, payment: { gateway: 'sandbox', source }, callbackUrl: 'http://127.0.0.1:9/nobody-listens' };
    const key = randomUUID();
    return eventually(async () => {
      const answer = await sara.post('/user/order', order).set('Idempotency-Key', key);
      if (answer.status === 409) await leasesRunOut();
      return answer.status === 202 ? (answer.body.data as Placed) : undefined;
    });
  };
  /** Asks until it is done, or was by a try whose answer was lost; gives the order's process then. */
  const ask = async (what: 'cancel' | 'retry', { orderId }: Placed): Promise<string> => {
    await eventually(async () => {
      const { status, body } = await sara.post(`/order/${orderId}/${what}`);
      return status === 202 || body.code === 'INVALID_STATE' ? true : undefined;
    });
    return eventually(async () => {
      const { status, body } = await sara.get(`/order/${orderId}`);
      return status === 200 ? (body.data.processId as string) : undefined;
    });
  };
  const endOf = (processId: string) =>
    eventually(async () => {
      const { status, body } = await sara.get(`/user/process/${processId}`);
      return status === 200 && body.data.status !== 0 ? ((body.data.error?.code ?? 'success') as string) : undefined;
    });
  /** How many charges the gateway took for an order and has not given back. */
  const keptFor = async ({ orderId }: Placed) => {
    const answer = await fetch(`${house.sandbox.url}/_emulator/ledger`);
    const { data } = (await answer.json()) as { data: { charge?: Charge }[] };
    const last = new Map(data.flatMap(({ charge }) => (charge?.orderRef === orderId ? [[charge.id, charge] as const] : [])));
    return [...last.values()].filter(({ status, amount, refunded }) => status === 'succeeded' && refunded < amount).length;
  };
  const ordersOf = async () =>
    Number((await house.databases.order.adminQuery<{ n: number }>('SELECT COUNT(*) AS n FROM orders'))[0]?.n);

  /** An order that succeeds, one that is paid back and run again, and one that is cancelled while nobody knows how its payment went. */
  const allEndWell = async () => {
    const before = await ordersOf();
    const orders = await Promise.all([
      place('numbers.csv', 'tok_error_after_charge').then(async (good) => {
        expect([await endOf(good.processId), await keptFor(good)]).toEqual(['success', 1]);
      }),
      place('missing.csv', 'tok_ok').then(async (bad) => {
        expect([await endOf(bad.processId), await keptFor(bad)]).toEqual(['NOT_FOUND', 0]);
        expect([await endOf(await ask('retry', bad)), await keptFor(bad)]).toEqual(['NOT_FOUND', 0]);
      }),
      place('numbers.csv', 'tok_timeout').then(async (cancelled) => {
        const end = await endOf(await ask('cancel', cancelled));
        // A crash may have kept the wish back until it was too late.
        expect([end, await keptFor(cancelled)]).toEqual(end === 'success' ? [end, 1] : ['CANCELLED', 0]);
      }),
    ]);
    expect(await ordersOf()).toBe(before + orders.length);
  };

  it('knows every write: none is new, and none has gone', async () => {
    await allEndWell();
    await eventually(() => (parts.worker.entered.includes('callbackDao.record') ? true : undefined));
    for (const part of PARTS) expect(surprises(part, parts[part].entered)).toEqual({ unknown: [], missing: [] });
  }, 60_000);

  /** Kills each of these once, at its point, under the three orders. */
  const crash = async (round: [Part, string][]) => {
    await Promise.all(
      round.map(async ([part, at]) => {
        await parts[part].stop();
        parts[part].killedBy.length = 0;
        await parts[part].start({ CRASH_AT: at });
      }),
    );
    await allEndWell();
    await Promise.all(round.map(([part]) => eventually(() => parts[part].killedBy[0])));
  };

  const each = PARTS.flatMap((part) => pointsOf(part).map((at): [Part, string][] => [[part, at]]));
  const today = Math.floor(Date.now() / 86_400_000);
  const some = Array.from({ length: ROUNDS }, (_, round) =>
    PARTS.map((part): [Part, string] => {
      const points = pointsOf(part);
      const stride = points.length / ROUNDS;
      return [part, points[Math.floor(round * stride) + (today % Math.floor(stride))] ?? ''];
    }),
  );
  const rounds = tryAll ? each : some;
  it.each(rounds.map((round) => [round.map(([part, at]) => `${part} ${at}`).join(' and '), round] as const))(
    `of ${each.length}: %s`,
    (_name, round) => crash(round),
    120_000,
  );
});
