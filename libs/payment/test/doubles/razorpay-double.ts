import { createHmac } from 'node:crypto';
import type { Fault } from '../bench';
import { HttpDouble, Refusal, type DoubleAnswer, type DoubleRequest } from './http-double';
import { RazorpayOrders, refusal, type AskedOrder, type AskedRefund } from './razorpay-orders';

export const RAZORPAY_KEYS = { keyId: 'rzp_test_double', keySecret: 'key-secret', webhookSecret: 'webhook-secret' };

/** Razorpay's orders, payments and refunds behind HTTP. */
export class RazorpayDouble {
  readonly orders = new RazorpayOrders();
  readonly http = new HttpDouble(
    (request, fault) => this.provide(request, fault),
    ({ method }) => method === 'POST',
  );
  private readonly refunds = new Map<string, { text: string; answer: unknown }>();

  webhook(orderId: string) {
    const entity = { ...this.orders.get(orderId), notes: [] };
    const created_at = Math.floor(Date.now() / 1000);
    const payload = { order: { entity }, payment: { entity: { ...this.orders.paymentsOf(orderId)[0], order_id: orderId } } };
    const event = { entity: 'event', event: 'order.paid', contains: ['payment', 'order'], payload, created_at };
    const rawBody = Buffer.from(JSON.stringify(event));
    const signature = createHmac('sha256', RAZORPAY_KEYS.webhookSecret).update(rawBody).digest('hex');
    return { rawBody, headers: { 'x-razorpay-signature': signature, 'x-razorpay-event-id': `ev_${orderId}` }, now: new Date() };
  }

  private provide(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    try {
      const { keyId, keySecret } = RAZORPAY_KEYS;
      const credentials = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;
      if (request.headers.authorization !== credentials) throw refusal(401, 'Authentication failed');
      const body = this.route(request);
      return fault === 'error_after' ? { status: 500, body: { error: { code: 'SERVER_ERROR' } } } : { status: 200, body };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  private route({ method, path, query, text, headers }: DoubleRequest): unknown {
    const [, , kind, id = '', part] = path.split('/');
    const route = `${method} ${kind}${id && '/:id'}${part ? `/${part}` : ''}`;
    switch (route) {
      case 'POST orders':
        return this.orders.create(JSON.parse(text) as AskedOrder);
      case 'GET orders':
        return this.orders.list(query);
      case 'GET orders/:id':
        return this.orders.get(id);
      case 'GET orders/:id/payments':
        return { entity: 'collection', items: this.orders.paymentsOf(this.orders.get(id).id) };
      case 'POST payments/:id/refund':
        return this.refundOnce(id, text, String(headers['x-refund-idempotency']));
      case 'GET payments/:id/refunds':
        return { entity: 'collection', items: this.orders.refundsOf(id) };
      default:
        throw refusal(404, `The requested URL was not found: ${route}`);
    }
  }

  private refundOnce(paymentId: string, text: string, key: string): unknown {
    if (!/^[\w-]{10,}$/.test(key)) throw refusal(400, 'The idempotency key is not of the right form');
    const earlier = this.refunds.get(key);
    if (earlier && earlier.text !== text) throw refusal(400, 'The idempotency key was used with a different request');
    const answer = earlier?.answer ?? this.orders.refund(paymentId, JSON.parse(text) as AskedRefund);
    this.refunds.set(key, { text, answer });
    return answer;
  }
}
