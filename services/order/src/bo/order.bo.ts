import type { Caller } from '@polycloud/auth';
import { currentRequestId } from '@polycloud/context';
import {
  type AcceptedOrder,
  AppError,
  type Infer,
  type NewOrder,
  type Order,
  type OrderStatus,
  Paged,
  ProcessStatus,
  type quotes,
} from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import { type ClientOf, newId } from '@polycloud/http';
import { type Claim, type IdempotencyKeyDao, once, type Once } from '@polycloud/idempotency';
import type { Relay } from '@polycloud/messaging';
import type { OrderDao } from '../dao/order.dao';
import type { FulfilmentBo } from './fulfilment.bo';
import { ORDER_SAGA } from './saga/order-saga';

/** Placing orders and reading them. */
export class OrderBo {
  constructor(
    private readonly orderDao: OrderDao,
    private readonly keys: IdempotencyKeyDao,
    private readonly quoteApi: ClientOf<typeof quotes>,
    private readonly fulfilment: FulfilmentBo,
    private readonly relay: Relay,
  ) {}

  /** Accepted means durable: the answer is given after the commit of all that the order needs to go on by itself. */
  async place(
    caller: Caller,
    newOrder: Infer<typeof NewOrder>,
    key: string | undefined,
  ): Promise<Once<Infer<typeof AcceptedOrder>>> {
    const request = { userId: caller.userId, route: 'POST /user/order', key, body: newOrder };
    return once(this.keys, request, (claim) => this.accept(caller, newOrder, claim));
  }

  async get(caller: Caller, orderId: string): Promise<Infer<typeof Order>> {
    const order = await this.orderDao.findOf(caller.userId, orderId);
    if (!order) throw new AppError('NOT_FOUND', `You have no order ${orderId}`);
    return order;
  }

  async list(
    caller: Caller,
    query: { limit: number; cursor?: string; status?: OrderStatus },
  ): Promise<Paged<Infer<typeof Order>>> {
    const orders = await this.orderDao.listOf(caller.userId, query);
    const { rows, nextCursor } = pageOfRows(orders, query.limit, ({ orderId }) => orderId);
    return new Paged(rows, nextCursor);
  }

  /** For billing: what is to be paid, by whom, and whether it still is. */
  async toPay(orderId: string) {
    const row = await this.orderDao.find(orderId);
    if (!row) throw new AppError('NOT_FOUND', `There is no order ${orderId}`);
    return {
      orderId,
      userId: row.userId,
      status: row.status,
      total: { amount: Number(row.totalAmount), currency: row.currency },
    };
  }

  private async accept(
    caller: Caller,
    newOrder: Infer<typeof NewOrder>,
    claim: Claim | undefined,
  ): Promise<Infer<typeof AcceptedOrder>> {
    this.fulfilment.check(newOrder.items);
    if (!caller.cloud) {
      throw new AppError('CLOUD_NOT_REGISTERED', `User ${caller.userId} has registered no cloud`, {
        hint: 'Register one with PUT /user/cloud',
      });
    }
    const quote = await this.quoteApi.quote({
      onBehalfOf: caller,
      body: { items: newOrder.items, ...(newOrder.currency && { currency: newOrder.currency }) },
    });
    const [orderId, processId] = [newId(), newId()];
    const accepted = { orderId, processId, status: ProcessStatus.UNDER_PROCESS, percentage: 0, total: quote.total };
    const event = {
      eventId: newId(),
      type: 'process.requested' as const,
      requestId: currentRequestId(),
      occurredAt: new Date().toISOString(),
      data: { processId, orderId, userId: caller.userId },
    };
    await this.orderDao.insertWithProcess({ accepted, userId: caller.userId, newOrder, quote, saga: ORDER_SAGA, event }, claim);
    this.relay.kick();
    return accepted;
  }
}
