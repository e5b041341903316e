import { GatewayHttp, type GatewayRequest } from '../../gateway-http';
import { PaymentError, type Operation, type PaymentErrorCode } from '../../payment-error';
import type * as Payment from '../../payment-gateway';
import { parsedBody, verifyTimestamped } from '../../signature';
import { paymentSnapshot, refundSnapshot, type ChargePage, type SandboxCharge, type SandboxRefund } from './sandbox-objects';
import type { SandboxSettings } from './sandbox-settings';

const CODES: Record<string, PaymentErrorCode> = {
  unauthenticated: 'UNAUTHENTICATED',
  not_found: 'NOT_FOUND',
  invalid_state: 'INVALID_STATE',
  idempotency_key_reused: 'DUPLICATE_OPERATION',
};

/** The gateway of the local stack: a process of its own that needs no account. */
export class SandboxGateway implements Payment.PaymentGateway {
  readonly id = 'sandbox';
  readonly canCancel = true;
  readonly needsCustomer = false;
  private readonly http: GatewayHttp;

  constructor(private readonly settings: SandboxSettings) {
    const { baseUrl, secretKey, timeoutMs } = settings;
    this.http = new GatewayHttp({ gateway: this.id, baseUrl, authorization: `Bearer ${secretKey}`, timeoutMs });
  }

  async charge({ attemptId, amount: money, ...request }: Payment.ChargeRequest): Promise<Payment.PaymentSnapshot> {
    const { customer: _, ...rest } = request;
    const body = { ...rest, ...money };
    const headers = { 'idempotency-key': attemptId };
    return paymentSnapshot(
      await this.ask<SandboxCharge>({ operation: 'charge', method: 'POST', path: '/v1/charges', body, headers }),
    );
  }

  async get(reference: string): Promise<Payment.PaymentSnapshot> {
    return paymentSnapshot(await this.read('get', reference));
  }

  async find(attemptId: string): Promise<Payment.PaymentSnapshot | null> {
    const path = `/v1/charges?attempt=${encodeURIComponent(attemptId)}`;
    const { data } = await this.ask<ChargePage>({ operation: 'find', method: 'GET', path });
    return data[0] ? paymentSnapshot(data[0]) : null;
  }

  async refund({ reference, refundId, amount: money, reason }: Payment.RefundRequest): Promise<Payment.RefundSnapshot> {
    const path = `/v1/charges/${encodeURIComponent(reference)}/refunds`;
    const headers = { 'idempotency-key': refundId };
    const body = { amount: money.amount, reason };
    const refund = await this.ask<SandboxRefund>({ operation: 'refund', method: 'POST', path, body, headers });
    return refundSnapshot(refund, money.currency);
  }

  async findRefund({
    reference,
    refundId,
  }: Pick<Payment.RefundRequest, 'reference' | 'refundId'>): Promise<Payment.RefundSnapshot | null> {
    const charge = await this.read('findRefund', reference);
    const refund = charge.refunds.find(({ key }) => key === refundId);
    return refund ? refundSnapshot(refund, charge.currency) : null;
  }

  async cancel(reference: string): Promise<Payment.PaymentSnapshot> {
    const path = `/v1/charges/${encodeURIComponent(reference)}/cancel`;
    return paymentSnapshot(await this.ask<SandboxCharge>({ operation: 'cancel', method: 'POST', path }));
  }

  async list({ since, cursor }: { since: Date; cursor?: string }): Promise<Payment.PaymentPage> {
    const query = new URLSearchParams({ since: since.toISOString(), ...(cursor && { cursor }) });
    const page = await this.ask<ChargePage>({ operation: 'list', method: 'GET', path: `/v1/charges?${query.toString()}` });
    return { payments: page.data.map(paymentSnapshot), nextCursor: page.nextCursor };
  }

  verifyWebhook(delivery: Payment.WebhookDelivery): Payment.WebhookEvent {
    verifyTimestamped({ gateway: this.id, header: 'sandbox-signature', secret: this.settings.webhookSecret }, delivery);
    type Event = { id: string; type: string; data: { id: string } };
    const event = parsedBody<Event>(this.id, delivery.rawBody);
    return { eventId: event.id, type: event.type, reference: event.data.id };
  }

  private read(operation: Operation, reference: string): Promise<SandboxCharge> {
    return this.ask<SandboxCharge>({ operation, method: 'GET', path: `/v1/charges/${encodeURIComponent(reference)}` });
  }

  private async ask<T>(request: GatewayRequest): Promise<T> {
    const { status, body } = await this.http.send<T>(request);
    if (status < 400) return body;
    const { error } = body as { error: { code: string; message: string } };
    throw new PaymentError(CODES[error.code] ?? 'INVALID_REQUEST', error.message, {
      gateway: this.id,
      operation: request.operation,
    });
  }
}
