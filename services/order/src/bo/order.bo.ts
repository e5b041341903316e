import type { Caller } from '@polycloud/auth';
import { currentRequestId, currentTrace } from '@polycloud/context';
import {
  type AcceptedOrder,
  AppError,
  type EventEnvelope,
  type HistoryEntry,
  type Process,
  type Infer,
  type NewOrder,
  type Order,
  type OrderStatus,
  Paged,
  ProcessStatus,
} from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import { newId } from '@polycloud/http';
import { type Claim, type IdempotencyKeyDao, once, type Once } from '@polycloud/idempotency';
import type { Relay } from '@polycloud/messaging';
import type { GuardedSender } from '@polycloud/webhook';
import type { OrderDao } from '../dao/order.dao';
import type { ProcessDao } from '../dao/process.dao';
import type { Backlog } from './backlog';
import type { FulfilmentBo } from './fulfilment.bo';
import type { PricingBo } from './pricing.bo';
import { ORDER_SAGA } from './saga/order-saga';

/** Placing orders and reading them. */
export class OrderBo {
  constructor(
    private readonly rows: { orders: OrderDao; processes: ProcessDao; keys: IdempotencyKeyDao },
    private readonly backlog: Backlog,
    private readonly pricing: PricingBo,
    private readonly fulfilment: FulfilmentBo,
    private readonly relay: Relay,
    private readonly callbackTargets: Pick<GuardedSender, 'check'>,
  ) {}

  /** Accepted means durable: the answer is given after the commit of all that the order needs to go on by itself. */
  async place(
    caller: Caller,
    newOrder: Infer<typeof NewOrder>,
    key: string | undefined,
  ): Promise<Once<Infer<typeof AcceptedOrder>>> {
    const request = { userId: caller.userId, route: 'POST /user/order', key, body: newOrder };
    return once(this.rows.keys, request, (claim) => this.accept(caller, newOrder, claim));
  }

  async get(caller: Caller, orderId: string): Promise<Infer<typeof Order>> {
    const order = await this.rows.orders.findOf(caller.userId, orderId);
    if (!order) throw new AppError('NOT_FOUND', `You have no order ${orderId}`);
    return order;
  }

  async list(
    caller: Caller,
    query: { limit: number; cursor?: string; status?: OrderStatus },
  ): Promise<Paged<Infer<typeof Order>>> {
    const orders = await this.rows.orders.listOf(caller.userId, query);
    const { rows, nextCursor } = pageOfRows(orders, query.limit, ({ orderId }) => orderId);
    return new Paged(rows, nextCursor);
  }

  async history(caller: Caller, orderId: string): Promise<Infer<typeof HistoryEntry>[]> {
    await this.get(caller, orderId);
    return this.rows.processes.historyOf(orderId);
  }

  /** Stops an order on its way; what was done is undone. Once it is turning back or has ended it is too late. */
  async cancel(caller: Caller, orderId: string): Promise<Infer<typeof Process>> {
    const { processId, status } = await this.get(caller, orderId);
    if (!(await this.rows.orders.requestCancel(processId))) {
      throw new AppError('INVALID_STATE', `The order ${orderId} is ${status} and cannot be cancelled`, {
        hint: `See GET /user/process/${processId}`,
      });
    }
    return this.processOf(caller, processId);
  }

  /** Runs a failed order again as a new process: what has ended stays as it is. */
  async retry(caller: Caller, orderId: string): Promise<Infer<typeof Process>> {
    const order = await this.get(caller, orderId);
    const processId = newId();
    const event = requested({ processId, orderId, userId: caller.userId });
    if (!(await this.rows.orders.insertRetry(order, caller.userId, { processId, event, saga: ORDER_SAGA }))) {
      throw new AppError('INVALID_STATE', `The order ${orderId} is ${order.status}; only a failed one can be run again`);
    }
    this.relay.send(event);
    return this.processOf(caller, processId);
  }

  /** For billing: what is to be paid, by whom, and whether it still is. */
  async toPay(orderId: string) {
    const row = await this.rows.orders.find(orderId);
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
    await this.backlog.admit();
    this.fulfilment.check(newOrder.items);
    if (newOrder.callbackUrl !== undefined) this.callbackTargets.check(newOrder.callbackUrl);
    const { cloud, quote } = await this.pricing.price(caller, newOrder);
    const [orderId, processId] = [newId(), newId()];
    const accepted = { orderId, processId, status: ProcessStatus.UNDER_PROCESS, percentage: 0, total: quote.total };
    const event = requested({ processId, orderId, userId: caller.userId });
    await this.rows.orders.insertWithProcess(
      { accepted, userId: caller.userId, cloud, newOrder, quote, saga: ORDER_SAGA, event },
      claim,
    );
    this.relay.send(event);
    return accepted;
  }

  private async processOf(caller: Caller, processId: string): Promise<Infer<typeof Process>> {
    const process = await this.rows.processes.findOf(caller.userId, processId);
    if (!process) throw new AppError('NOT_FOUND', `You have no process ${processId}`);
    return process;
  }
}

function requested(data: { processId: string; orderId: string; userId: string }): EventEnvelope {
  const trace = currentTrace();
  return {
    eventId: newId(),
    type: 'process.requested',
    requestId: currentRequestId(),
    occurredAt: new Date().toISOString(),
    data,
    ...(trace && { trace }),
  };
}
