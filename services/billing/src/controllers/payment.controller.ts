import { payments } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply } from '@polycloud/http';
import type { Once } from '@polycloud/idempotency';
import type { PaymentBo } from '../bo/payment.bo';

export class PaymentController implements ControllerOf<typeof payments> {
  constructor(private readonly bo: PaymentBo) {}
  readonly pay = handle(payments.pay, async ({ body, caller, idempotencyKey }) =>
    replyOf(await this.bo.pay(caller, body, idempotencyKey)),
  );
  readonly refund = handle(payments.refund, async ({ params, body, caller, idempotencyKey }) =>
    replyOf(await this.bo.refund(caller, { ...params, ...body }, idempotencyKey)),
  );
  readonly get = handle(payments.get, ({ params, caller }) => this.bo.get(caller, params.paymentId));
  readonly list = handle(payments.list, ({ query, caller }) => this.bo.list(caller, query));
}

const replyOf = <T>({ data, replayedRequestId }: Once<T>) =>
  new Reply(
    data,
    replayedRequestId === undefined ? {} : { headers: { 'Idempotent-Replayed': 'true' }, requestId: replayedRequestId },
  );
