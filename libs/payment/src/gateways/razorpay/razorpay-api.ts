import { GatewayHttp, type GatewayRequest } from '../../gateway-http';
import { PaymentError, type Operation, type PaymentErrorCode } from '../../payment-error';
import type { Collection, RazorpayOrder } from './razorpay-objects';
import type { RazorpaySettings } from './razorpay-settings';

const PAGE = 100;

const BY_STATUS: Record<number, PaymentErrorCode> = {
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  409: 'IN_PROGRESS',
  429: 'RATE_LIMITED',
};

interface RazorpayErrors {
  error?: { description?: string };
}

/**
 * Razorpay's HTTP calls, without its SDK: that lets no idempotency header through, has no timeout to set, and turns a
 * lost answer into a TypeError that hides whether the request was sent.
 */
export class RazorpayApi {
  private readonly http: GatewayHttp;

  constructor({ baseUrl, keyId, keySecret, timeoutMs }: RazorpaySettings) {
    const authorization = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;
    this.http = new GatewayHttp({ gateway: 'razorpay', baseUrl, authorization, timeoutMs });
  }

  async ask<T>(request: GatewayRequest): Promise<T> {
    const { status, body } = await this.http.send<T & RazorpayErrors>(request);
    if (status < 400) return body;
    const message = body.error?.description ?? `Razorpay answered ${status}`;
    throw new PaymentError(codeOf(status, message), message, {
      ...{ gateway: 'razorpay', operation: request.operation },
      outcome: status === 409 ? 'unknown' : 'not_done',
      retryable: status === 409 || status === 429,
    });
  }

  /** An order with its payments. */
  async order(operation: Operation, id: string): Promise<RazorpayOrder> {
    const path = `/v1/orders/${encodeURIComponent(id)}`;
    const [order, payments] = await Promise.all([
      this.ask<RazorpayOrder>({ operation, method: 'GET', path }),
      this.ask<NonNullable<RazorpayOrder['payments']>>({ operation, method: 'GET', path: `${path}/payments` }),
    ]);
    return { ...order, payments };
  }

  /** The oldest order of a receipt: should there be two, every caller picks the same. */
  async orderOfReceipt(operation: Operation, receipt: string): Promise<RazorpayOrder | undefined> {
    const query = new URLSearchParams({ receipt, count: String(PAGE) });
    const { items } = await this.ask<Collection<RazorpayOrder>>({
      operation,
      method: 'GET',
      path: `/v1/orders?${query.toString()}`,
    });
    return items.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1))[0];
  }

  /** Orders with their payments, newest first; `skip` counts from an end that does not move. */
  async orders({ from, to, skip }: { from: number; to: number; skip: number }): Promise<RazorpayOrder[]> {
    const query = new URLSearchParams({ from: String(from), to: String(to), skip: String(skip), count: String(PAGE) });
    query.append('expand[]', 'payments');
    const path = `/v1/orders?${query.toString()}`;
    return (await this.ask<Collection<RazorpayOrder>>({ operation: 'list', method: 'GET', path })).items;
  }
}

/** Razorpay's codes are as coarse as its statuses: what is finer stands in the description. */
function codeOf(status: number, description: string): PaymentErrorCode {
  if (status !== 400) return BY_STATUS[status] ?? 'INVALID_REQUEST';
  if (/id provided does not exist/i.test(description)) return 'NOT_FOUND';
  if (/fully refunded|status should be captured/i.test(description)) return 'INVALID_STATE';
  if (/currency is not supported/i.test(description)) return 'CURRENCY_NOT_SUPPORTED';
  return /idempotency|different request/i.test(description) ? 'DUPLICATE_OPERATION' : 'INVALID_REQUEST';
}
