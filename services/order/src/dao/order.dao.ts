import { type EventEnvelope, type Infer, type Order, type OrderStatus, ProcessStatus } from '@polycloud/contracts';
import { GroupCommit, insertRows, inTransaction, selectPrepared, sqlPageBefore } from '@polycloud/database';
import type { Claim, GivenAnswer, IdempotencyKeyDao } from '@polycloud/idempotency';
import type { OutboxDao } from '@polycloud/messaging';
import { literal, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { OrderRow } from '../models/order.model';
import { type OrderToStore, processRowsOf, rowsOf } from './order-rows';
import { type OrderLine, selectLines, toOrders } from './order-view';

/** What is written of one new order. */
type OrderInsert = ReturnType<typeof rowsOf> & { event: EventEnvelope; answers: GivenAnswer[] };

/** Orders and their items. */
export class OrderDao {
  private readonly inserts = new GroupCommit<OrderInsert>((orders) => this.insertAll(orders));

  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly outbox: OutboxDao,
    private readonly keys: IdempotencyKeyDao,
  ) {}

  /** Order, items, process, first history line, event and idempotency answer: all of it or nothing. */
  async insertWithProcess(order: OrderToStore, claim: Claim | undefined): Promise<void> {
    const answers = claim ? [{ claim, answer: order.accepted }] : [];
    await this.inserts.add({ ...rowsOf(order), event: order.event, answers });
  }

  /**
   * Asks the worker to turn the order's process round, once or more often; false when it is not on its way forward any
   * more. One that pauses before its next try is due at once.
   */
  async requestCancel(processId: string): Promise<boolean> {
    const forward = { processId, status: ProcessStatus.UNDER_PROCESS, direction: 'forward' as const };
    const [changed] = await this.models.processes.update(
      { cancelRequested: 1, runAt: literal('IF(lease_owner IS NULL, LEAST(run_at, NOW(3)), run_at)') },
      { where: { ...forward, cancelRequested: 0 } },
    );
    return changed === 1 || (await this.models.processes.count({ where: { ...forward, cancelRequested: 1 } })) === 1;
  }

  /** Gives a failed order a new process; false when it is not failed (any more). */
  async insertRetry(
    order: Infer<typeof Order>,
    userId: string,
    again: { processId: string; event: EventEnvelope; saga: string },
  ): Promise<boolean> {
    const { orderId } = order;
    const { processId, event, saga } = again;
    return inTransaction(this.sequelize, async (transaction) => {
      const [changed] = await this.models.orders.update(
        { status: 'accepted', processId, updatedAt: new Date() },
        { where: { orderId, userId, status: 'failed' }, transaction },
      );
      if (changed !== 1) return false;
      const rows = processRowsOf({ orderId, processId, userId, saga });
      await this.models.processes.create(rows.process, { transaction });
      await this.models.events.create(rows.history, { transaction });
      await this.outbox.append(event, transaction);
      return true;
    });
  }

  /** The order, if it is this user's. */
  async findOf(userId: string, orderId: string): Promise<Infer<typeof Order> | null> {
    const one = selectLines('WHERE order_id = ? AND user_id = ?');
    const [order = null] = toOrders(await selectPrepared<OrderLine>(this.sequelize, one, [orderId, userId]));
    return order;
  }

  /** Whose order this is, what it costs and how it stands: for services. */
  async find(orderId: string): Promise<OrderRow | null> {
    return this.models.orders.findByPk(orderId, { raw: true });
  }

  /** `limit + 1` orders of a user, newest first, before the cursor. */
  async listOf(userId: string, query: { limit: number; cursor?: string; status?: OrderStatus }): Promise<Infer<typeof Order>[]> {
    const page = sqlPageBefore({ user_id: userId, status: query.status }, { name: 'order_id', cursor: query.cursor });
    // By name: of a user who has most of the orders the server would read them all, and sort them.
    const index = query.status === undefined ? 'ix_orders_user' : 'ix_orders_user_status';
    const list = selectLines(`FORCE INDEX (${index}) WHERE ${page.where} ORDER BY ${page.order} LIMIT ?`);
    // As text: a number is sent as a floating one, which LIMIT does not take.
    const lines = await selectPrepared<OrderLine>(this.sequelize, list, [...page.values, String(query.limit + 1)]);
    return toOrders(lines);
  }

  private async insertAll(orders: OrderInsert[]): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const { models } = this;
      await insertRows(
        models.orders,
        orders.map(({ order }) => order),
        transaction,
      );
      await insertRows(
        models.items,
        orders.flatMap(({ items }) => items),
        transaction,
      );
      await insertRows(
        models.processes,
        orders.map(({ process }) => process),
        transaction,
      );
      await insertRows(
        models.events,
        orders.map(({ history }) => history),
        transaction,
      );
      await this.outbox.appendAll(
        orders.map(({ event }) => event),
        transaction,
      );
      await this.keys.completeAll(
        orders.flatMap(({ answers }) => answers),
        transaction,
      );
    });
  }
}
