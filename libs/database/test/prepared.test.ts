import { PassThrough } from 'node:stream';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import { QueryTypes, type Sequelize } from 'sequelize';
import { connectDatabase } from '../src/connection';
import { selectPrepared } from '../src/prepared';
import { LIBRARY } from './scratch';

describe('prepared statements of a connection', () => {
  let schema: TestDatabase;
  let database: Sequelize;

  beforeAll(async () => {
    schema = await testDatabase('library', LIBRARY);
    const { host, port, database: name, user, password } = schema;
    const settings = {
      ...{ DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user },
      ...{ DATABASE_PASSWORD: password, DATABASE_POOL: 1 },
    };
    database = connectDatabase(settings, createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() }));
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });

  const counted = async (name: string) => {
    const [row] = await database.query<{ Value: string }>(`SHOW SESSION STATUS LIKE '${name}'`, { type: QueryTypes.SELECT });
    return Number(row?.Value);
  };

  it('are fifty at most: the server bounds those of all its clients together', async () => {
    for (let n = 0; n < 150; n++)
      expect(await selectPrepared(database, `SELECT ? AS n${n}`, [String(n)])).toEqual([{ [`n${n}`]: String(n) }]);
    expect((await counted('Com_stmt_prepare')) - (await counted('Com_stmt_close'))).toBe(50);
  });
});
