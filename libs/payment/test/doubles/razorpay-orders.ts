import { randomBytes } from 'node:crypto';
import { Refusal } from './http-double';

export interface AskedOrder {
  amount: number;
  currency: string;
  receipt: string;
}

export interface AskedRefund {
  amount: number;
  receipt: string;
}

interface Order extends AskedOrder {
  id: string;
  entity: 'order';
  status: 'created' | 'attempted' | 'paid';
  created_at: number;
}

interface Payment {
  id: string;
  entity: 'payment';
  order_id: string;
  amount: number;
  currency: string;
  status: 'captured' | 'failed' | 'refunded';
  amount_refunded: number;
  error_reason: string | null;
}

interface Refund extends AskedRefund {
  id: string;
  entity: 'refund';
  payment_id: string;
  currency: string;
  status: 'processed';
}

const newId = (prefix: string) => `${prefix}_${randomBytes(7).toString('hex')}`;

/** The state of the double. Orders with one receipt may be many: nothing is known to forbid them. Newest first. */
export class RazorpayOrders {
  private readonly orders: Order[] = [];
  private readonly payments: Payment[] = [];
  private readonly refunds: Refund[] = [];

  create({ amount, currency, receipt }: AskedOrder): Order {
    if (receipt.length > 40) throw refusal(400, 'The receipt may not be greater than 40 characters.');
    if (currency === 'KPW') throw refusal(400, 'Currency is not supported');
    const created_at = Math.floor(Date.now() / 1000);
    const order: Order = { id: newId('order'), entity: 'order', amount, currency, receipt, status: 'created', created_at };
    this.orders.unshift(order);
    return order;
  }

  get(id: string): Order {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (!order) throw refusal(400, 'The id provided does not exist');
    return order;
  }

  /** Two a page, so that whoever reads must turn pages. */
  list(query: URLSearchParams) {
    const receipt = query.get('receipt');
    const [from, to] = [Number(query.get('from') ?? 0), Number(query.get('to') ?? Infinity)];
    const matching = this.orders.filter((order) => order.created_at >= from && order.created_at <= to);
    const own = matching.filter((order) => receipt === null || order.receipt === receipt);
    const skip = Number(query.get('skip') ?? 0);
    const isExpanded = query.get('expand[]') === 'payments';
    const items = own.slice(skip, skip + 2).map((order) => ({
      ...order,
      ...(isExpanded && { payments: { items: this.paymentsOf(order.id) } }),
    }));
    return { entity: 'collection', count: items.length, items };
  }

  paymentsOf(orderId: string): Payment[] {
    return this.payments.filter(({ order_id }) => order_id === orderId);
  }

  pay(orderId: string, approves: boolean): void {
    const order = this.get(orderId);
    order.status = approves ? 'paid' : 'attempted';
    const { amount, currency } = order;
    this.payments.unshift({
      ...{ id: newId('pay'), entity: 'payment', order_id: orderId, amount, currency, amount_refunded: 0 },
      ...{ status: approves ? 'captured' : 'failed', error_reason: approves ? null : 'payment_failed' },
    });
  }

  refund(paymentId: string, { amount, receipt }: AskedRefund): Refund {
    const payment = this.payments.find(({ id }) => id === paymentId);
    if (!payment) throw refusal(400, 'The id provided does not exist');
    if (payment.status === 'refunded') throw refusal(400, 'The payment has been fully refunded already');
    if (payment.amount_refunded + amount > payment.amount)
      throw refusal(400, 'The total refund amount is greater than the refund payment amount');
    payment.amount_refunded += amount;
    if (payment.amount_refunded === payment.amount) payment.status = 'refunded';
    const { currency } = payment;
    const refund: Refund = {
      id: newId('rfnd'),
      entity: 'refund',
      payment_id: paymentId,
      amount,
      currency,
      receipt,
      status: 'processed',
    };
    this.refunds.unshift(refund);
    return refund;
  }

  refundsOf(paymentId: string): Refund[] {
    return this.refunds.filter(({ payment_id }) => payment_id === paymentId);
  }

  countOf(receipt: string): number {
    return this.orders.filter((order) => order.receipt === receipt).length;
  }
}

export const refusal = (status: number, description: string) =>
  new Refusal(status, { error: { code: 'BAD_REQUEST_ERROR', description, source: 'business', step: 'payment_initiation' } });
