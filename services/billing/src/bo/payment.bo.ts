import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, type NewPayment, type NewRefund, Paged } from '@polycloud/contracts';
import { pageOfRows } from '@polycloud/database';
import { type Claim, type IdempotencyKeyDao, type Once, once } from '@polycloud/idempotency';
import type { OrderAccountDao } from '../dao/order-account.dao';
import type { PaymentDao, PaymentRow } from '../dao/payment.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import { type PaymentShape, toPayment } from '../dao/shapes';
import type { OrderApi } from '../service/orders';
import { declined } from './charge.bo';
import { isCaptured } from './payment-rules';
import type { RefundBo } from './refund.bo';
import type { SettlementBo } from './settlement.bo';

type NewPaymentShape = Infer<typeof NewPayment>;
type NewRefundShape = Infer<typeof NewRefund>;

/** A payer's own payments. */
export class PaymentBo {
  constructor(
    private readonly rows: {
      accounts: OrderAccountDao;
      payments: PaymentDao;
      history: PaymentHistoryDao;
      keys: IdempotencyKeyDao;
    },
    private readonly steps: { settlement: SettlementBo; refunds: RefundBo },
    private readonly orderApi: OrderApi,
  ) {}

  /** Pays the caller's order with the order's own amount, once per key. PAYMENT_DECLINED with the reason, each time it is asked. */
  async pay(caller: Caller, body: NewPaymentShape, key: string | undefined): Promise<Once<PaymentShape>> {
    const request = { userId: caller.userId, route: 'POST /payment', key, body };
    const answer = await once(this.rows.keys, request, async (claim) =>
      this.keep(claim, await this.payOrder(caller, body, claim)),
    );
    if (answer.data.status === 'failed') throw declined(answer.data);
    return answer;
  }

  /** Gives back the caller's payment, wholly or in part, once per key. */
  async refund(
    caller: Caller,
    wish: NewRefundShape & { paymentId: string },
    key: string | undefined,
  ): Promise<Once<PaymentShape>> {
    const payment = await this.own(caller, wish.paymentId);
    const request = { userId: caller.userId, route: 'POST /payment/:paymentId/refund', key, body: wish };
    return once(this.rows.keys, request, async (claim) => {
      const amount = wish.amount ?? ('rest' as const);
      const refund = { paymentId: payment.paymentId, amount, reason: 'requested_by_customer', requestKey: claim?.key ?? null };
      return this.keep(claim, await this.steps.refunds.refund(refund));
    });
  }

  async get(caller: Caller, paymentId: string): Promise<PaymentShape> {
    return toPayment(await this.own(caller, paymentId));
  }

  async list(caller: Caller, query: { limit: number; cursor?: string; orderId?: string }): Promise<Paged<PaymentShape>> {
    const found = await this.rows.history.listOf(caller.userId, query);
    const { rows, nextCursor } = pageOfRows(found, query.limit, ({ paymentId }) => paymentId);
    return new Paged(rows.map(toPayment), nextCursor);
  }

  private async payOrder(caller: Caller, { orderId, gateway, source }: NewPaymentShape, claim?: Claim): Promise<PaymentRow> {
    // Read before the order is asked: a closing that comes after its answer, of a cancelled order, is not opened again.
    const account = await this.rows.accounts.find(orderId);
    const order = await this.orderApi.toPay({ params: { orderId } });
    if (order.userId !== caller.userId) throw new AppError('NOT_FOUND', `There is no order ${orderId}`);
    if (order.status === 'cancelled')
      throw new AppError('INVALID_STATE', `The order ${orderId} is cancelled`, { hint: 'Place a new one with POST /user/order' });
    const due = {
      ...{ orderId, userId: caller.userId, cloud: caller.cloud, amount: order.total, gateway, source },
      ...{ processId: null, requestKey: claim?.key ?? null },
      // A failed order was closed by its process, and may be paid all the same, to be run again.
      reopens: order.status === 'failed' ? (account?.closedAt ?? null) : null,
    };
    const first = await this.steps.settlement.pay(due);
    const isWaiting = !first.isOwn && first.payment.status === 'requires_action';
    // The payer chose anew, so what waits for him is ended first; had he paid it meanwhile, that counts.
    if (isWaiting) await this.steps.refunds.withdraw(first.payment);
    const { payment, isOwn } = isWaiting ? await this.steps.settlement.pay(due) : first;
    if (!isOwn) throw isCaptured(payment) ? alreadyPaid(payment) : beingPaid(payment);
    return payment;
  }

  /** The answer, kept for a request that comes again with its key. */
  private async keep(claim: Claim | undefined, payment: PaymentRow): Promise<PaymentShape> {
    const answer = toPayment(payment);
    if (claim) await this.rows.payments.keepAnswer(claim, answer);
    return answer;
  }

  private async own({ userId, roles }: Caller, paymentId: string): Promise<PaymentRow> {
    const payment = await this.rows.history.find(paymentId);
    if (!payment || (payment.userId !== userId && !roles.includes('admin')))
      throw new AppError('NOT_FOUND', `There is no payment ${paymentId}`);
    return payment;
  }
}

const alreadyPaid = ({ orderId, paymentId }: PaymentRow) =>
  new AppError('INVALID_STATE', `The order ${orderId} is already paid by the payment ${paymentId}`, {
    hint: `GET /payment/${paymentId} shows it`,
  });

const beingPaid = ({ orderId, paymentId }: PaymentRow) =>
  new AppError('REQUEST_IN_PROGRESS', `The order ${orderId} is being paid by the payment ${paymentId}`, {
    retryAfter: 1,
    hint: `GET /payment/${paymentId} shows how far it is, and what you may have to do`,
  });
