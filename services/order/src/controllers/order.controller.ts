import { type Infer, orders, type Process } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply } from '@polycloud/http';
import type { OrderBo } from '../bo/order.bo';

/** Seconds after which a client may first ask how far its process is. */
const RETRY_AFTER = '1';

export class OrderController implements ControllerOf<typeof orders> {
  constructor(private readonly bo: OrderBo) {}

  readonly place = handle(orders.place, async ({ body, caller, idempotencyKey }) => {
    const { data, replayedRequestId } = await this.bo.place(caller, body, idempotencyKey);
    const headers = { Location: `/user/process/${data.processId}`, 'Retry-After': RETRY_AFTER };
    if (replayedRequestId === undefined) return new Reply(data, { headers });
    return new Reply(data, { headers: { ...headers, 'Idempotent-Replayed': 'true' }, requestId: replayedRequestId });
  });
  readonly get = handle(orders.get, ({ params, caller }) => this.bo.get(caller, params.orderId));
  readonly list = handle(orders.list, ({ query, caller }) => this.bo.list(caller, query));
  readonly history = handle(orders.history, ({ params, caller }) => this.bo.history(caller, params.orderId));
  readonly cancel = handle(orders.cancel, async ({ params, caller }) => following(await this.bo.cancel(caller, params.orderId)));
  readonly retry = handle(orders.retry, async ({ params, caller }) => following(await this.bo.retry(caller, params.orderId)));
}

const following = (process: Infer<typeof Process>) =>
  new Reply(process, { headers: { Location: `/user/process/${process.processId}`, 'Retry-After': RETRY_AFTER } });
