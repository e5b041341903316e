import type { ServiceCaller } from '@polycloud/auth';
import { AppError, type Charge, type Infer } from '@polycloud/contracts';
import type { PaymentDao, PaymentRow } from '../dao/payment.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import { type PaymentShape, toPayment } from '../dao/shapes';
import { isCaptured } from './payment-rules';
import type { RefundBo } from './refund.bo';
import { type SettlementBo, takenBack } from './settlement.bo';

/** The saga's side of billing: an order is charged once, and all of it goes back when the order comes to nothing. */
export class ChargeBo {
  constructor(
    private readonly rows: { payments: PaymentDao; history: PaymentHistoryDao },
    private readonly steps: { settlement: SettlementBo; refunds: RefundBo },
  ) {}

  /**
   * The payment that pays the order. PAYMENT_DECLINED with the reason; REQUEST_IN_PROGRESS while the payer has still to
   * act, UPSTREAM_TIMEOUT while nobody knows: ask again, nothing is charged twice.
   */
  async charge(caller: ServiceCaller, charge: Infer<typeof Charge>): Promise<PaymentShape> {
    const { orderId, processId, userId, amount, gateway, source } = charge;
    const cloud = caller.onBehalfOf?.cloud ?? null;
    const { payment } = await this.steps.settlement.pay({
      orderId,
      userId,
      cloud,
      amount,
      gateway,
      source,
      processId,
      requestKey: null,
    });
    if (Number(payment.amount) !== amount.amount || payment.currency !== amount.currency) throw otherAmount(orderId);
    if (payment.status === 'failed') throw declined(toPayment(payment));
    if (payment.status === 'requires_action') throw waitsForPayer(payment);
    if (payment.status === 'pending' || payment.status === 'unknown') throw notKnown(orderId);
    if (payment.orderIsClosed) throw takenBack(orderId);
    return toPayment(payment);
  }

  /** Closes the order to this process' late charges and gives back what was charged. UPSTREAM_TIMEOUT until the gateway has done it. */
  async refund(orderId: string, processId: string): Promise<PaymentShape[]> {
    const payment = await this.rows.payments.close(orderId, processId);
    if (payment) await this.steps.refunds.undo(payment);
    return (await this.rows.history.ofOrder(orderId)).map(toPayment);
  }

  async paid(orderId: string): Promise<{ orderId: string; paid: boolean }> {
    const payment = await this.rows.history.findByPlace(orderId);
    return { orderId, paid: payment !== null && isCaptured(payment) };
  }
}

/** The gateway's refusal, with its reason. */
export const declined = ({ paymentId, declineReason = 'generic' }: PaymentShape) =>
  new AppError('PAYMENT_DECLINED', `The payment ${paymentId} was declined: ${declineReason}`, {
    hint: 'Pay with another source',
  });

const waitsForPayer = ({ orderId, paymentId }: PaymentRow) =>
  new AppError('REQUEST_IN_PROGRESS', `The payment ${paymentId} of order ${orderId} waits for its payer`, {
    retryAfter: 5,
    hint: `GET /payment/${paymentId} tells the payer where to go (nextAction)`,
  });

const notKnown = (orderId: string) =>
  new AppError('UPSTREAM_TIMEOUT', `It is not yet known how the payment of order ${orderId} ended`, {
    retryAfter: 5,
    hint: 'Ask again: the gateway will be asked, and nothing is charged twice',
  });

const otherAmount = (orderId: string) => new AppError('INVALID_STATE', `The order ${orderId} is being paid with another amount`);
