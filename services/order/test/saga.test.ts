import { PassThrough } from 'node:stream';
import { AppError } from '@polycloud/contracts';
import { connectDatabase } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { createLogger } from '@polycloud/logger';
import { InboxDao, OutboxDao } from '@polycloud/messaging';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import type { Sequelize } from 'sequelize';
import type { Saga, Step } from '../src/bo/saga/saga';
import { SagaEngineBo } from '../src/bo/saga/saga-engine.bo';
import { EndDao } from '../src/dao/end.dao';
import { LeaseDao } from '../src/dao/lease.dao';
import { OrderDao } from '../src/dao/order.dao';
import { ProcessWriter } from '../src/dao/process-writer';
import { StepDao } from '../src/dao/step.dao';
import { defineModels } from '../src/models';

describe('a saga', () => {
  let schema: TestDatabase;
  let database: Sequelize;
  let leases: LeaseDao;
  let rows: ConstructorParameters<typeof SagaEngineBo>[0];
  let orders: OrderDao;
  let calls: string[];
  const logger = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });

  beforeAll(async () => {
    schema = await testDatabase('order');
    const { host, port, database: name, user, password } = schema;
    const login = { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user };
    database = connectDatabase({ ...login, DATABASE_PASSWORD: password, DATABASE_POOL: 8 }, logger);
    const models = defineModels(database);
    const writer = new ProcessWriter(database, models);
    const parts = { models, inbox: new InboxDao(models.inbox), writer };
    leases = new LeaseDao(database, parts, 30);
    orders = new OrderDao(
      database,
      models,
      new OutboxDao(database, models.outbox),
      new IdempotencyKeyDao(models.idempotencyKeys),
    );
    rows = { leases, steps: new StepDao(database, writer, 30), ends: new EndDao(database, parts) };
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });
  beforeEach(() => (calls = []));

  /** A step that notes what it is asked; `fails` says what becomes of its do. */
  const step = (name: string, percentage: number, fails?: () => void): Step => ({
    name,
    percentage,
    do: ({ results }) => {
      calls.push(`do ${name}`);
      fails?.();
      return Promise.resolve({ after: Object.keys(results) });
    },
    undo: () => Promise.resolve(void calls.push(`undo ${name}`)),
  });
  /** Stock and shipping, as a later saga will have them: this declaration is all that there is of it. */
  const shipping = (...steps: Step[]): Saga => ({
    name: 'shipping',
    steps,
    result: (results) => ({ key: JSON.stringify(results) }),
  });
  const refuse = (code: 'NOT_FOUND' | 'UPSTREAM_FAILED') => () => {
    throw new AppError(code, 'it does not work');
  };

  const place = async (): Promise<string> => {
    const accepted = {
      orderId: newId(),
      processId: newId(),
      status: 0 as const,
      percentage: 0,
      total: { amount: 1, currency: 'USD' },
    };
    const line = { sku: 'BOOK', quantity: 1, price: accepted.total };
    const newOrder = { items: [{ sku: 'BOOK', quantity: 1 }], payment: { gateway: 'sandbox', source: 'tok_ok' } };
    const event = {
      eventId: newId(),
      type: 'process.requested' as const,
      requestId: 'r',
      occurredAt: new Date().toISOString(),
      data: {},
    };
    const quote = { lines: [line], total: accepted.total } as never;
    await orders.insertWithProcess(
      { accepted, userId: newId(), cloud: 'AWS', newOrder, quote, saga: 'shipping', event },
      undefined,
    );
    return accepted.processId;
  };
  const claim = async (processId: string, { stepOf }: SagaEngineBo) => {
    await schema.adminQuery('UPDATE user_processes SET run_at = NOW(3) WHERE process_id = ?', [processId]);
    const claimed = await leases.claimByEvent({ consumer: 'test', eventId: newId(), processId }, { owner: 'test', stepOf });
    if (!claimed) throw new Error('nothing to claim');
    return claimed;
  };
  /** Drives the process once: to its end or its next pause. */
  const drive = async (processId: string, saga: Saga) => {
    const engine = new SagaEngineBo(rows, [saga], logger);
    await engine.drive(await claim(processId, engine), new AbortController().signal);
  };
  const processOf = async (processId: string) =>
    (
      await schema.adminQuery(
        'SELECT status, percentage, step, attempts, error, result FROM user_processes WHERE process_id = ?',
        [processId],
      )
    )[0];
  const historyOf = async (processId: string) => {
    const sql = 'SELECT kind, step, percentage FROM process_events WHERE process_id = ? ORDER BY event_id';
    const lines = await schema.adminQuery<{ kind: string; step: string; percentage: number }>(sql, [processId]);
    return lines.map(({ kind, step: name, percentage }) => `${kind} ${name} ${percentage}`);
  };

  it('is one declaration: its steps are done in order, each with the results of those before', async () => {
    const processId = await place();
    await drive(processId, shipping(step('reserve', 20), step('charge', 50), step('ship', 90)));
    expect(calls).toEqual(['do reserve', 'do charge', 'do ship']);
    const results = { reserve: { after: [] }, charge: { after: ['reserve'] }, ship: { after: ['reserve', 'charge'] } };
    expect(JSON.parse(String((await processOf(processId))?.['result']))).toEqual({ key: JSON.stringify(results) });
    const lines = ['accepted accepted 0', 'done reserve 20', 'done charge 50', 'done ship 90', 'completed finished 100'];
    expect(await historyOf(processId)).toEqual(lines);
  });

  it.each([
    [0, ['do a', 'undo a']],
    [1, ['do a', 'do b', 'undo b', 'undo a']],
    [2, ['do a', 'do b', 'do c', 'undo c', 'undo b', 'undo a']],
  ])('that fails at step %i undoes it and all before, in reverse', async (failing, expected) => {
    const processId = await place();
    const steps = ['a', 'b', 'c'].map((name, at) => step(name, 30, at === failing ? refuse('NOT_FOUND') : undefined));
    await drive(processId, shipping(...steps));
    expect(calls).toEqual(expected);
    expect(await processOf(processId)).toMatchObject({ status: 2, error: expect.stringContaining('NOT_FOUND') });
  });

  const stepsOf = async (processId: string) => {
    const sql = 'SELECT name, direction, state FROM saga_steps WHERE process_id = ? ORDER BY direction DESC, step_no';
    const lines = await schema.adminQuery<{ name: string; direction: string; state: string }>(sql, [processId]);
    return lines.map(({ name, direction, state }) => `${direction} ${name} ${state}`);
  };

  it('has the intent of each call in the table before the call, there and back', async () => {
    const processId = await place();
    const seen: string[][] = [];
    const watched = (name: string, fails?: () => void): Step => {
      const look = async () => void seen.push(await stepsOf(processId));
      return { name, percentage: 50, do: () => look().then(fails), undo: look };
    };
    await drive(processId, shipping(watched('a'), watched('b', refuse('NOT_FOUND'))));
    expect(seen).toEqual([
      ['forward a intent'],
      ['forward a done', 'forward b intent'],
      ['forward a done', 'forward b intent', 'backward b intent'],
      ['forward a done', 'forward b intent', 'backward a intent', 'backward b done'],
    ]);
  });

  it.each([
    ['a', ['do a', 'undo b', 'undo a'], ['forward a done', 'backward a done', 'backward b done']],
    ['b', ['do a', 'do b', 'undo b', 'undo a'], ['forward a done', 'forward b done', 'backward a done', 'backward b done']],
  ])('that is cancelled while it does %s begins no other step and undoes what was done', async (at, expected, steps) => {
    const processId = await place();
    const cancelled = (name: string): Step => {
      const plain = step(name, 50);
      const doAndCancel: Step['do'] = (context) => orders.requestCancel(processId).then(() => plain.do(context));
      return name === at ? { ...plain, do: doAndCancel } : plain;
    };
    await drive(processId, shipping(cancelled('a'), cancelled('b')));
    expect([calls, await stepsOf(processId)]).toEqual([expected, steps]);
    expect(await processOf(processId)).toMatchObject({ status: 2, error: expect.stringContaining('CANCELLED') });
  });

  it('tries a step again that failed in passing, and turns round when it never succeeds', async () => {
    const processId = await place();
    const saga = shipping(step('a', 50, refuse('UPSTREAM_FAILED')));
    await drive(processId, saga);
    expect(await processOf(processId)).toMatchObject({ status: 0, attempts: 1 });
    for (let tries = 1; tries < 24; tries++) await drive(processId, saga);
    expect(calls).toEqual([...Array<string>(24).fill('do a'), 'undo a']);
    expect(await processOf(processId)).toMatchObject({ status: 2, error: expect.stringContaining('UPSTREAM_FAILED') });
  });

  it('tries an undo until it succeeds', async () => {
    const processId = await place();
    let failures = 30;
    const stubborn: Step = {
      ...step('a', 50, refuse('NOT_FOUND')),
      undo: () => (failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve(void calls.push('undo a'))),
    };
    for (let tries = 0; tries < 30; tries++) await drive(processId, shipping(stubborn));
    expect(await processOf(processId)).toMatchObject({ status: 0, attempts: 30 });
    await drive(processId, shipping(stubborn));
    expect([calls, (await processOf(processId))?.['status']]).toEqual([['do a', 'undo a'], 2]);
  });

  it('is left alone by a worker that slept through its lease, whatever it had in hand', async () => {
    const processId = await place();
    let [wake, fallAsleep] = [() => {}, () => {}];
    const sleeping = new Promise<void>((resolve) => (wake = resolve));
    const asleep = new Promise<void>((resolve) => (fallAsleep = resolve));
    const sleeper: Step = { ...step('a', 50), do: () => (fallAsleep(), sleeping) };
    const engine = new SagaEngineBo(rows, [shipping(sleeper)], logger);
    const zombie = engine.drive(await claim(processId, engine), new AbortController().signal);
    await asleep;
    await drive(processId, shipping(step('a', 50)));
    const [before, history] = [await processOf(processId), await historyOf(processId)];
    expect(before).toMatchObject({ status: 1 });
    wake();
    await zombie;
    expect([await processOf(processId), await historyOf(processId)]).toEqual([before, history]);
  });
});
