import { PassThrough } from 'node:stream';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import { DataTypes, literal, type Model, type ModelStatic, QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { connectDatabase, inTransaction, updateRows } from '../src';

describe('a connection', () => {
  let schema: TestDatabase;
  let database: Sequelize;
  let leases: ModelStatic<Model>;
  const logger = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });

  beforeAll(async () => {
    schema = await testDatabase('billing');
    const { host, port, database: name, user, password } = schema;
    const login = { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user };
    database = connectDatabase({ ...login, DATABASE_PASSWORD: password, DATABASE_POOL: 4 }, logger);
    leases = database.define('job_leases', { name: { type: DataTypes.STRING, primaryKey: true }, runAt: DataTypes.DATE(3) });
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });

  it('reads in a transaction what others have committed meanwhile, whatever the server would do by itself', async () => {
    await schema.adminQuery('SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const seen = await inTransaction(database, async (transaction) => {
      const count = () => leases.count({ transaction });
      const before = await count();
      await schema.adminQuery("INSERT INTO job_leases VALUES ('theirs', NOW(3))");
      return (await count()) - before;
    }).finally(() => schema.adminQuery('SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED'));
    expect(seen).toBe(1);
  });

  it('begins no transaction by a statement of its own, and keeps single statements out of them', async () => {
    const begun = (transaction: Transaction | null) =>
      database.query("SHOW SESSION STATUS WHERE Variable_name = 'Com_begin'", { type: QueryTypes.SELECT, transaction });
    const modes = (transaction: Transaction | null) =>
      database.query('SELECT @@autocommit AS autocommit', { type: QueryTypes.SELECT, transaction });
    expect(await inTransaction(database, begun)).toEqual([{ Variable_name: 'Com_begin', Value: '0' }]);
    expect(await inTransaction(database, modes)).toEqual([{ autocommit: 0 }]);
    expect(await modes(null)).toEqual([{ autocommit: 1 }]);
  });

  it('keeps what a transaction wrote when it ends well, and nothing of it when it fails', async () => {
    await schema.adminQuery("INSERT INTO job_leases VALUES ('a', NOW(3)), ('b', NOW(3))");
    const rename = (from: string, to: string, fails: boolean) =>
      inTransaction(database, async (transaction) => {
        expect(await updateRows(leases, { name: to, runAt: literal('NOW(3)') }, { name: from }, transaction)).toBe(1);
        if (fails) throw new Error('it fails');
      });
    await rename('a', 'kept', false);
    await expect(rename('b', 'lost', true)).rejects.toThrow('it fails');
    const names = (await leases.findAll({ raw: true })) as unknown as { name: string }[];
    expect(names.map(({ name }) => name).filter((name) => name !== 'theirs')).toEqual(['b', 'kept']);
    expect(await updateRows(leases, { name: 'c' }, { name: ['nobody', 'else'] })).toBe(0);
  });
});
