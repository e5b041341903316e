import { PassThrough } from 'node:stream';
import { connectDatabase } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { IdempotencyKeyDao } from '@polycloud/idempotency';
import { createLogger } from '@polycloud/logger';
import { OutboxDao } from '@polycloud/messaging';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import { QueryTypes, type Sequelize } from 'sequelize';
import { OrderDao } from '../src/dao/order.dao';
import { defineModels } from '../src/models';

const LIMIT = 20;
const OWNER = newId();

describe('a page of orders', () => {
  let schema: TestDatabase;
  let database: Sequelize;
  let orders: OrderDao;

  beforeAll(async () => {
    schema = await testDatabase('order');
    const { host, port, database: name, user, password } = schema;
    const settings = {
      ...{ DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user },
      ...{ DATABASE_PASSWORD: password, DATABASE_POOL: 1 },
    };
    database = connectDatabase(settings, createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() }));
    const models = defineModels(database);
    orders = new OrderDao(
      database,
      models,
      new OutboxDao(database, models.outbox),
      new IdempotencyKeyDao(models.idempotencyKeys),
    );
    const ids = Array.from({ length: 200 }, () => newId());
    const row = {
      processId: newId(),
      userId: OWNER,
      status: 'accepted' as const,
      currency: 'USD',
      totalAmount: 1,
      cloud: 'AWS' as const,
    };
    const rest = {
      paymentGateway: 'sandbox',
      paymentSource: 'tok_ok',
      callbackUrl: null,
      createdAt: new Date(),
      updatedAt: new Date(),
    };
    await models.orders.bulkCreate(ids.map((orderId) => ({ orderId, ...row, ...rest })));
    const item = { lineNo: 0, sku: 'DATA-PROFILE', quantity: 1, priceAmount: 1, input: null };
    await models.items.bulkCreate(ids.map((orderId) => ({ orderId, ...item })));
    await schema.adminQuery('ANALYZE TABLE orders, order_items');
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });

  const backwards = async () => {
    const [row] = await database.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read_prev'", {
      type: QueryTypes.SELECT,
    });
    return Number(row?.Value);
  };

  it.each([{}, { status: 'accepted' as const }])('of one who has them all reads no more than the page: %j', async (query) => {
    const before = await backwards();
    expect(await orders.listOf(OWNER, { limit: LIMIT, ...query })).toHaveLength(LIMIT + 1);
    expect((await backwards()) - before).toBe(LIMIT);
  });
});
