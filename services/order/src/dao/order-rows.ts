import { currentRequestId } from '@polycloud/context';
import {
  type AcceptedOrder,
  type EventEnvelope,
  type Infer,
  type NewOrder,
  ProcessStatus,
  type Provider,
  type Quote,
} from '@polycloud/contracts';
import { newId } from '@polycloud/http';

/** An order that was decided and is to be stored. */
export interface OrderToStore {
  accepted: Infer<typeof AcceptedOrder>;
  userId: string;
  cloud: Provider;
  newOrder: Infer<typeof NewOrder>;
  quote: Infer<typeof Quote>;
  saga: string;
  event: EventEnvelope;
}

/** All rows of a new order, but for its event. */
export function rowsOf({ accepted, userId, cloud, newOrder, quote, saga }: OrderToStore) {
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
      cloud,
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

/** The rows of a process that begins, under the request that is worked on. */
export function processRowsOf(ids: { orderId: string; processId: string; userId: string; saga: string }) {
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
