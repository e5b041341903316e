import { AmountNotRepresentable, type Money } from '../../money';
import { PaymentError, type Operation, type PaymentErrorCode } from '../../payment-error';
import type * as Payment from '../../payment-gateway';
import { RazorpayApi } from './razorpay-api';
import {
  paymentSnapshot,
  refundSnapshot,
  takenOf,
  toOrderAmount,
  toRazorpayAmount,
  type Collection,
  type RazorpayOrder,
  type RazorpayRefund,
} from './razorpay-objects';
import type { RazorpaySettings } from './razorpay-settings';
import { verifyRazorpayWebhook } from './razorpay-webhook';

/**
 * Razorpay: a charge is an order, which the payer pays in Razorpay's own checkout; `source` is his choice there. An
 * order cannot be closed: one whose payment failed may still be paid, so a `failed` of it can yet become `succeeded`.
 */
export class RazorpayGateway implements Payment.PaymentGateway {
  readonly id = 'razorpay';
  readonly canCancel = false;
  readonly needsCustomer = false;
  private readonly api: RazorpayApi;
  private readonly underWay = new Map<string, Promise<RazorpayOrder>>();

  constructor(private readonly settings: RazorpaySettings) {
    this.api = new RazorpayApi(settings);
  }

  async charge(request: Payment.ChargeRequest): Promise<Payment.PaymentSnapshot> {
    const amount = this.written('charge', () => toOrderAmount(request.amount));
    const order = await this.orderOnce(request, amount);
    this.assertSame('charge', order, request.amount);
    return this.snapshot(order);
  }

  async get(reference: string): Promise<Payment.PaymentSnapshot> {
    return this.snapshot(await this.api.order('get', reference));
  }

  async find(attemptId: string): Promise<Payment.PaymentSnapshot | null> {
    const order = await this.api.orderOfReceipt('find', attemptId);
    return order ? this.snapshot(await this.api.order('find', order.id)) : null;
  }

  async refund({ reference, refundId, amount, reason }: Payment.RefundRequest): Promise<Payment.RefundSnapshot> {
    const minor = this.written('refund', () => toRazorpayAmount(amount));
    const taken = takenOf(await this.api.order('refund', reference));
    if (!taken) throw this.error('refund', 'INVALID_STATE', `No money of the order ${reference} was captured`);
    const path = `/v1/payments/${taken.id}/refund`;
    const body = { amount: minor, receipt: refundId, notes: { reason } };
    const headers = { 'x-refund-idempotency': refundId };
    const refund = await this.api.ask<RazorpayRefund>({ operation: 'refund', method: 'POST', path, body, headers });
    this.assertSame('refund', refund, amount);
    return refundSnapshot(refund, refundId);
  }

  async findRefund({
    reference,
    refundId,
  }: Pick<Payment.RefundRequest, 'reference' | 'refundId'>): Promise<Payment.RefundSnapshot | null> {
    const taken = takenOf(await this.api.order('findRefund', reference));
    if (!taken) return null;
    const path = `/v1/payments/${taken.id}/refunds?count=100`;
    const { items } = await this.api.ask<Collection<RazorpayRefund>>({ operation: 'findRefund', method: 'GET', path });
    const refund = items.find(({ receipt }) => receipt === refundId);
    return refund ? refundSnapshot(refund, refundId) : null;
  }

  cancel(): Promise<Payment.PaymentSnapshot> {
    return Promise.reject(this.error('cancel', 'NOT_SUPPORTED', 'Razorpay cannot cancel an order'));
  }

  async list({ since, cursor }: { since: Date; cursor?: string }): Promise<Payment.PaymentPage> {
    const from = Math.floor(since.getTime() / 1000);
    const [to, skip] = cursor ? cursor.split(':').map(Number) : [Math.floor(Date.now() / 1000), 0];
    if (!Number.isSafeInteger(to) || !Number.isSafeInteger(skip))
      throw this.error('list', 'INVALID_REQUEST', 'The cursor is none that a page gave');
    const orders = await this.api.orders({ from, to: to!, skip: skip! });
    const nextCursor = orders.length > 0 ? `${to}:${skip! + orders.length}` : null;
    return { payments: orders.map((order) => this.snapshot(order)), nextCursor };
  }

  verifyWebhook(delivery: Payment.WebhookDelivery): Payment.WebhookEvent {
    return verifyRazorpayWebhook(this.settings, delivery);
  }

  /** Orders take no idempotency key, so the receipt is looked up first, and calls of one attempt join the first. */
  private orderOnce(request: Payment.ChargeRequest, amount: number): Promise<RazorpayOrder> {
    const { attemptId } = request;
    const order = this.underWay.get(attemptId) ?? this.makeOrder(request, amount).finally(() => this.underWay.delete(attemptId));
    this.underWay.set(attemptId, order);
    return order;
  }

  private async makeOrder(
    { attemptId, orderRef, amount: { currency } }: Payment.ChargeRequest,
    amount: number,
  ): Promise<RazorpayOrder> {
    const earlier = await this.api.orderOfReceipt('charge', attemptId);
    if (earlier) return this.api.order('charge', earlier.id);
    const body = { amount, currency, receipt: attemptId, notes: { order_ref: orderRef }, payment: { capture: 'automatic' } };
    return this.api.ask<RazorpayOrder>({ operation: 'charge', method: 'POST', path: '/v1/orders', body });
  }

  private snapshot(order: RazorpayOrder): Payment.PaymentSnapshot {
    return paymentSnapshot(order, this.settings.keyId);
  }

  private assertSame(operation: Operation, made: Money, asked: Money): void {
    if (made.amount === asked.amount && made.currency === asked.currency) return;
    throw this.error(operation, 'DUPLICATE_OPERATION', 'The id was used before for another amount');
  }

  private written<T>(operation: Operation, write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof AmountNotRepresentable)) throw error;
      throw this.error(operation, 'AMOUNT_NOT_REPRESENTABLE', error.message);
    }
  }

  private error(operation: Operation, code: PaymentErrorCode, message: string): PaymentError {
    return new PaymentError(code, message, { gateway: this.id, operation });
  }
}
