import { randomUUID } from 'node:crypto';
import { House, type Resident } from './house';
import { ServiceProcess } from './service-process';

const order = (dataset: string) => ({
  items: [{ sku: 'DATA-PROFILE', input: { dataset } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
  callbackUrl: 'http://127.0.0.1:9/nobody-listens',
});
const MAINS = {
  order: 'services/order/dist/server.js',
  worker: 'services/order/dist/worker.js',
  billing: 'services/billing/dist/server.js',
};
type Part = keyof typeof MAINS;

/** Of what each part does for an order, what writes: rows, messages, money. */
const WRITES: Record<Part, RegExp> = {
  order: /^(keyDao\.claim|orderDao\.insert\w+|outboxDao\.(claim|markPublished)|publisher\.publish)$/,
  worker: /^(leaseDao\.claimByEvent|stepDao\.\w+|endDao\.\w+|callbackDao\.(claimDue|record))$/,
  billing: /^((payments|refunds|invoices)\.dao\.(open|close|change|reserve|succeed|issue)|gateway\.sandbox\.(charge|refund))$/,
};
/** Calls of one function for two orders; what comes after them differs from the first ones in nothing. */
const MOST_CALLS = 3;

describe('a crash before and after every write of an order', () => {
  let house: House;
  let sara: Resident;
  const parts = {} as Record<Part, ServiceProcess>;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
    await Promise.all([house.stop('order'), house.stop('billing')]);
    for (const part of Object.keys(MAINS) as Part[]) {
      const settings = { ...house.settingsOf(part === 'worker' ? 'order' : part), ...(part === 'worker' && { PORT: 0 }) };
      parts[part] = new ServiceProcess(MAINS[part], settings);
    }
    await Promise.all(Object.values(parts).map((part) => part.start({ LOG_LEVEL: 'debug' })));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(Object.values(parts).map((part) => part.stop()));
    await house.close();
  }, 60_000);

  const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let tries = 0; tries < 600; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it did not happen');
  };
  /** Sends the order under one key until it is accepted. */
  const place = (dataset: string) => {
    const key = randomUUID();
    return eventually(async () => {
      const answer = await sara.post('/user/order', order(dataset)).set('Idempotency-Key', key);
      return answer.status === 202 ? (answer.body.data as { orderId: string; processId: string }) : undefined;
    });
  };
  const ended = ({ processId }: { processId: string }) =>
    eventually(async () => {
      const { status, body } = await sara.get(`/user/process/${processId}`);
      return status === 200 && body.data.status !== 0 ? (body.data as { status: number }) : undefined;
    });
  /** What the gateway took for an order and has not given back. */
  const keptFor = async ({ orderId }: { orderId: string }) => {
    const answer = await fetch(`${house.sandbox.url}/_emulator/ledger`);
    const { data } = (await answer.json()) as { data: { charge?: Charge }[] };
    const last = new Map(data.flatMap(({ charge }) => (charge?.orderRef === orderId ? [[charge.id, charge] as const] : [])));
    return [...last.values()].filter(({ status, amount, refunded }) => status === 'succeeded' && refunded < amount).length;
  };
  const ordersOf = async () =>
    Number((await house.databases.order.adminQuery<{ n: number }>('SELECT COUNT(*) AS n FROM orders'))[0]?.n);

  /** One order that succeeds and one that is paid back, both held to what was promised. */
  const bothEndWell = async () => {
    const before = await ordersOf();
    const [good, bad] = [await place('numbers.csv'), await place('missing.csv')];
    expect([(await ended(good)).status, (await ended(bad)).status]).toEqual([1, 2]);
    expect([await keptFor(good), await keptFor(bad)]).toEqual([1, 0]);
    expect(await ordersOf()).toBe(before + 2);
  };

  it('leaves both orders to end well, each charged once or paid back', async () => {
    await bothEndWell();
    await eventually(() => parts.worker.entered.find((name) => name === 'callbackDao.record'));
    const points = (Object.keys(MAINS) as Part[]).flatMap((part) => pointsOf(part, parts[part].entered));
    for (const { part, at } of points) {
      await parts[part].stop();
      const { length: before } = parts[part].killedBy;
      await parts[part].start({ CRASH_AT: at });
      await bothEndWell().catch((error: unknown) => {
        throw new Error(`after a crash of ${part} ${at}`, { cause: error });
      });
      await eventually(() => parts[part].killedBy[before]);
    }
    process.stdout.write(`${points.length} crash points, each tried: ${points.map(({ at }) => at).join(', ')}\n`);
    expect(points.length).toBeGreaterThanOrEqual(50);
  }, 1_200_000);
});

interface Charge {
  id: string;
  orderRef: string;
  status: string;
  amount: number;
  refunded: number;
}

function pointsOf(part: Part, entered: string[]): { part: Part; at: string }[] {
  const calls = new Map<string, number>();
  for (const name of entered.filter((one) => WRITES[part].test(one))) calls.set(name, (calls.get(name) ?? 0) + 1);
  return [...calls].flatMap(([name, count]) => {
    const nths = name.startsWith('stepDao.') ? Array.from({ length: Math.min(MOST_CALLS, count) }, (_, at) => at + 1) : [1];
    return nths.flatMap((nth) => ['before', 'after'].map((when) => ({ part, at: `${when} ${name} #${nth}` })));
  });
}
