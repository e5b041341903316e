import { currentRequestId } from '@polycloud/context';
import {
  type AcceptedOrder,
  type EventEnvelope,
  type Infer,
  type NewOrder,
  type Order,
  type OrderStatus,
  ProcessStatus,
  type Quote,
} from '@polycloud/contracts';
import { inTransaction, pageBefore } from '@polycloud/database';
import { newId } from '@polycloud/http';
import type { Claim, IdempotencyKeyDao } from '@polycloud/idempotency';
import type { OutboxDao } from '@polycloud/messaging';
import { literal, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { OrderItemRow } from '../models/order-item.model';
import type { OrderRow } from '../models/order.model';

/** An order that was decided and is to be stored. */
export interface OrderToStore {
  accepted: Infer<typeof AcceptedOrder>;
  userId: string;
  newOrder: Infer<typeof NewOrder>;
  quote: Infer<typeof Quote>;
  saga: string;
  event: EventEnvelope;
}

/** Orders and their items. */
export class OrderDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Models,
    private readonly outbox: OutboxDao,
    private readonly keys: IdempotencyKeyDao,
  ) {}

  /** Order, items, process, first history line, event and idempotency answer: all of it or nothing. */
  async insertWithProcess(order: OrderToStore, claim: Claim | undefined): Promise<void> {
    await inTransaction(this.sequelize, async (transaction) => {
      const rows = rowsOf(order);
      await this.models.orders.create(rows.order, { transaction });
      await this.models.items.bulkCreate(rows.items, { transaction });
      await this.models.processes.create(rows.process, { transaction });
      await this.models.events.create(rows.history, { transaction });
      await this.outbox.append(order.event, transaction);
      if (claim) await this.keys.complete(claim, order.accepted, transaction);
    });
  }

  /** Asks the worker to turn the order's process round; false when it is not on its way forward any more. */
  async requestCancel(processId: string): Promise<boolean> {
    const [changed] = await this.models.processes.update(
      { cancelRequested: 1, runAt: literal('LEAST(run_at, NOW(3) + INTERVAL 15 SECOND)') },
      { where: { processId, status: ProcessStatus.UNDER_PROCESS, direction: 'forward', cancelRequested: 0 } },
    );
    return changed === 1;
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
    const row = await this.models.orders.findOne({ where: { orderId, userId }, raw: true });
    return row && toOrder(row, await this.itemsOf([orderId]));
  }

  /** Whose order this is, what it costs and how it stands: for services. */
  async find(orderId: string): Promise<OrderRow | null> {
    return this.models.orders.findByPk(orderId, { raw: true });
  }

  /** `limit + 1` orders of a user, newest first, before the cursor. */
  async listOf(userId: string, query: { limit: number; cursor?: string; status?: OrderStatus }): Promise<Infer<typeof Order>[]> {
    const page = pageBefore({ userId, status: query.status }, { name: 'orderId', cursor: query.cursor });
    const rows = await this.models.orders.findAll({ ...page, limit: query.limit + 1, raw: true });
    const items = await this.itemsOf(rows.map(({ orderId }) => orderId));
    return rows.map((row) => toOrder(row, items));
  }

  private async itemsOf(orderIds: string[]): Promise<OrderItemRow[]> {
    if (orderIds.length === 0) return [];
    return this.models.items.findAll({ where: { orderId: orderIds }, order: [['lineNo', 'ASC']], raw: true });
  }
}

function rowsOf({ accepted, userId, newOrder, quote, saga }: OrderToStore) {
  const { orderId, processId, total } = accepted;
  const now = new Date();
  return {
    order: {
      orderId,
      userId,
      processId,
      status: 'accepted' as const,
      currency: total.currency,
      totalAmount: total.amount,
      paymentGateway: newOrder.payment.gateway,
      paymentSource: newOrder.payment.source,
      callbackUrl: newOrder.callbackUrl ?? null,
      createdAt: now,
      updatedAt: now,
    },
    items: newOrder.items.map((item, lineNo) => ({
      orderId,
      lineNo,
      sku: item.sku,
      quantity: item.quantity,
      priceAmount: quote.lines[lineNo]?.price.amount ?? 0,
      input: item.input ? JSON.stringify(item.input) : null,
    })),
    ...processRowsOf({ orderId, processId, userId, saga }),
  };
}

function processRowsOf(ids: { orderId: string; processId: string; userId: string; saga: string }) {
  const { orderId, processId } = ids;
  const now = new Date();
  const requestId = currentRequestId();
  const begin = { step: 'accepted', percentage: 0, requestId, createdAt: now };
  return {
    process: {
      ...ids,
      ...begin,
      status: ProcessStatus.UNDER_PROCESS,
      stepNo: 0,
      direction: 'forward' as const,
      attempts: 0,
      cancelRequested: 0,
      error: null,
      result: null,
      leaseOwner: null,
      version: 0,
      runAt: now,
      updatedAt: now,
    },
    history: { eventId: newId(), processId, orderId, kind: 'accepted', detail: null, ...begin },
  };
}

function toOrder(row: OrderRow, items: OrderItemRow[]): Infer<typeof Order> {
  const money = (amount: number | string) => ({ amount: Number(amount), currency: row.currency });
  return {
    orderId: row.orderId,
    processId: row.processId,
    status: row.status,
    items: items
      .filter(({ orderId }) => orderId === row.orderId)
      .map((item) => ({
        sku: item.sku,
        quantity: item.quantity,
        price: money(item.priceAmount),
        ...(item.input !== null && { input: JSON.parse(item.input) as Record<string, unknown> }),
      })),
    total: money(row.totalAmount),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
