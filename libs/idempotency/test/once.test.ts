import { PassThrough } from 'node:stream';
import { runInContext } from '@polycloud/context';
import { connectDatabase, inTransaction } from '@polycloud/database';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { type Claim, defineIdempotencyKey, IdempotencyKeyDao, once } from '../src';

describe('a request that is carried out once', () => {
  let schema: TestDatabase;
  let database: Sequelize;
  let keys: IdempotencyKeyDao;
  let used = 0;

  beforeAll(async () => {
    schema = await testDatabase('order');
    const { host, port, database: name, user, password } = schema;
    const settings = {
      ...{ DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user },
      ...{ DATABASE_PASSWORD: password, DATABASE_POOL: 16 },
    };
    const logger = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });
    database = connectDatabase(settings, logger);
    keys = new IdempotencyKeyDao(defineIdempotencyKey(database));
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });

  const request = (key = `key-${++used}`, body: object = { a: 1 }) => ({ userId: 'u-1', route: 'POST /x', key, body });
  const inRequest = <T>(requestId: string, work: () => Promise<T>) => runInContext({ requestId }, work);
  const complete = (claim: Claim, answer: unknown) => inTransaction(database, (t) => keys.complete(claim, answer, t));
  /** Carries the request out; `answer` is what it comes to. */
  const carryOut = (asked: ReturnType<typeof request>, answer: unknown = { made: 1 }) =>
    once(keys, asked, async (claim) => {
      if (claim) await complete(claim, answer);
      return answer;
    });
  const claimed = async (asked: ReturnType<typeof request>): Promise<Claim> => {
    const claim = await keys.claim(asked);
    if (!('owner' in claim)) throw new Error('there is an answer already');
    return claim;
  };
  /** The holder died, and time went by. */
  const leaseRunsOut = () => schema.adminQuery('UPDATE idempotency_keys SET lease_until = NOW(3) - INTERVAL 1 SECOND');

  it('gives the first answer and its request id again', async () => {
    const asked = request();
    await inRequest('first', () => carryOut(asked, { made: 1, text: 'Grüße "x"\n' }));
    const again = await inRequest('second', () => carryOut(asked, { made: 2 }));
    expect(again).toEqual({ data: { made: 1, text: 'Grüße "x"\n' }, replayedRequestId: 'first' });
  });

  it('IDEMPOTENCY_KEY_REUSED for another body, also while the first one runs', async () => {
    const asked = request();
    await claimed(asked);
    await expect(keys.claim({ ...asked, body: { a: 2 } })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is claimed by one of many at once; the others are told that it runs', async () => {
    const asked = request();
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => keys.claim(asked)));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
    expect(refused).toEqual(Array(39).fill('REQUEST_IN_PROGRESS'));
  });

  it('is taken over when its holder died, and by one only', async () => {
    const asked = request();
    const dead = await claimed(asked);
    await expect(keys.claim(asked)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    await leaseRunsOut();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => keys.claim(asked)));
    const [heir, ...more] = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value as Claim] : []));
    expect([more, heir?.owner === dead.owner]).toEqual([[], false]);
  });

  it('undoes the effect of a holder that was taken for dead and comes back', async () => {
    const asked = request();
    const zombie = await claimed(asked);
    await leaseRunsOut();
    await complete(await claimed(asked), { by: 'heir' });
    const late = inTransaction(database, async (transaction) => {
      await database.query("INSERT INTO inbox (consumer, event_id, received_at) VALUES ('zombie', 'e-1', NOW(3))", {
        transaction,
      });
      await keys.complete(zombie, { by: 'zombie' }, transaction);
    });
    await expect(late).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    await keys.release(zombie);
    expect(await schema.adminQuery("SELECT * FROM inbox WHERE consumer = 'zombie'")).toEqual([]);
    expect((await carryOut(asked)).data).toEqual({ by: 'heir' });
  });

  it('keeps the answer of a commit whose confirmation was lost', async () => {
    const asked = request();
    const lost = once(keys, asked, async (claim) => {
      if (claim) await complete(claim, { made: 1 });
      throw new Error('the connection broke after the commit');
    });
    await expect(lost).rejects.toThrow('after the commit');
    expect((await carryOut(asked, { made: 2 })).data).toEqual({ made: 1 });
  });

  it('gives each of several claims its own answer, or none of them any when one was lost', async () => {
    const asked = [request(), request(), request()];
    const claims = await Promise.all(asked.map(claimed));
    const given = claims.map((claim, answer) => ({ claim, answer }));
    const completeAll = (answers: typeof given) => inTransaction(database, (t) => keys.completeAll(answers, t));
    const lost = [...given, { claim: { ...(await claimed(request())), owner: 'another' }, answer: 3 }];
    await expect(completeAll(lost)).rejects.toMatchObject({ code: 'REQUEST_IN_PROGRESS' });
    await completeAll(given);
    const answers = await Promise.all(asked.map((one) => carryOut(one)));
    expect(answers.map(({ data }) => data)).toEqual([0, 1, 2]);
  });

  it('leaves the server no statement to keep for each number of claims', async () => {
    const prepared = (t: Transaction) =>
      database.query("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'", { transaction: t, type: QueryTypes.SELECT });
    for (const many of [1, 2, 3]) {
      const claims = await Promise.all(Array.from({ length: many }, () => claimed(request())));
      await inTransaction(database, async (transaction) => {
        const before = await prepared(transaction);
        await keys.completeAll(
          claims.map((claim) => ({ claim, answer: 1 })),
          transaction,
        );
        expect(await prepared(transaction)).toEqual(before);
      });
    }
  });

  it('is given back after a failure, and forgotten after a day', async () => {
    const asked = request();
    const refusal = once(keys, asked, () => Promise.reject(new Error('refused')));
    await expect(refusal).rejects.toThrow('refused');
    await carryOut(asked, { made: 2 });
    await schema.adminQuery('UPDATE idempotency_keys SET expires_at = NOW(3) - INTERVAL 1 SECOND WHERE idem_key = ?', [
      asked.key,
    ]);
    expect((await carryOut(asked, { made: 3 })).data).toEqual({ made: 3 });
  });

  it('tells apart users, routes and the case of letters, up to 255 of them', async () => {
    const key = 'k'.repeat(255);
    await carryOut(request(key), 1);
    await carryOut({ ...request(key), userId: 'u-2' }, 2);
    await carryOut({ ...request(key), route: 'POST /y' }, 3);
    await carryOut(request('K'.repeat(255)), 4);
    expect((await carryOut(request(key), 5)).data).toBe(1);
  });

  it('sweeps what has run out, and nothing else', async () => {
    const asked = request();
    await carryOut(asked, { made: 1 });
    await schema.adminQuery('UPDATE idempotency_keys SET expires_at = NOW(3) - INTERVAL 1 SECOND WHERE idem_key <> ?', [
      asked.key,
    ]);
    await keys.sweep();
    expect(await schema.adminQuery('SELECT idem_key FROM idempotency_keys')).toEqual([{ idem_key: asked.key }]);
  });
});
