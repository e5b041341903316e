import Joi from 'joi';
import { GatewayHttp, type GatewayRequest } from '../gateway-http';
import { PaymentError, type Decline, type Operation, type PaymentErrorCode } from '../payment-error';
import {
  capturedStatus,
  type ChargeRequest,
  type GatewayCapabilities,
  type NextAction,
  type PaymentGateway,
  type PaymentPage,
  type PaymentSnapshot,
  type RefundRequest,
  type RefundSnapshot,
  type WebhookDelivery,
  type WebhookEvent,
} from '../payment-gateway';
import { parsedBody, verifyTimestamped } from '../signature';

export interface SandboxSettings {
  /** Where the sandbox process listens. */
  baseUrl: string;
  secretKey: string;
  webhookSecret: string;
  timeoutMs: number;
}

export const sandboxSettings = Joi.object<SandboxSettings, true>({
  baseUrl: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .required(),
  secretKey: Joi.string().required(),
  webhookSecret: Joi.string().required(),
  timeoutMs: Joi.number().integer().min(1).default(10_000),
});

interface SandboxRefund {
  id: string;
  key: string;
  amount: number;
}

interface SandboxCharge {
  id: string;
  attempt: string;
  amount: number;
  currency: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'cancelled';
  refunded: number;
  refunds: SandboxRefund[];
  declineCode: string | null;
  nextAction: NextAction | null;
  createdAt: string;
}

interface ChargePage {
  data: SandboxCharge[];
  nextCursor: string | null;
}

const CODES: Record<string, PaymentErrorCode> = {
  unauthenticated: 'UNAUTHENTICATED',
  not_found: 'NOT_FOUND',
  invalid_state: 'INVALID_STATE',
  idempotency_key_reused: 'DUPLICATE_OPERATION',
};

const DECLINES: Record<string, Decline['reason']> = {
  insufficient_funds: 'insufficient_funds',
  authentication_failed: 'authentication_failed',
};

/** The gateway of the local stack: a process of its own that needs no account. */
export class SandboxGateway implements PaymentGateway {
  readonly id = 'sandbox';
  readonly capabilities: GatewayCapabilities = { partialRefund: true, cancel: true, list: true, clientAction: 'redirect' };
  private readonly http: GatewayHttp;

  constructor(private readonly settings: SandboxSettings) {
    const { baseUrl, secretKey, timeoutMs } = settings;
    this.http = new GatewayHttp({ gateway: this.id, baseUrl, authorization: `Bearer ${secretKey}`, timeoutMs });
  }

  async charge({ attemptId, amount: money, ...request }: ChargeRequest): Promise<PaymentSnapshot> {
    const { customer: _, ...rest } = request;
    const body = { ...rest, ...money };
    const headers = { 'idempotency-key': attemptId };
    return snapshot(await this.ask<SandboxCharge>({ operation: 'charge', method: 'POST', path: '/v1/charges', body, headers }));
  }

  async get(reference: string): Promise<PaymentSnapshot> {
    return snapshot(await this.read('get', reference));
  }

  async find(attemptId: string): Promise<PaymentSnapshot | null> {
    const path = `/v1/charges?attempt=${encodeURIComponent(attemptId)}`;
    const { data } = await this.ask<ChargePage>({ operation: 'find', method: 'GET', path });
    return data[0] ? snapshot(data[0]) : null;
  }

  async refund({ reference, refundId, amount: money, reason }: RefundRequest): Promise<RefundSnapshot> {
    const path = `/v1/charges/${encodeURIComponent(reference)}/refunds`;
    const headers = { 'idempotency-key': refundId };
    const body = { amount: money.amount, reason };
    const refund = await this.ask<SandboxRefund>({ operation: 'refund', method: 'POST', path, body, headers });
    return refundSnapshot(refund, money.currency);
  }

  async findRefund({ reference, refundId }: Pick<RefundRequest, 'reference' | 'refundId'>): Promise<RefundSnapshot | null> {
    const charge = await this.read('findRefund', reference);
    const refund = charge.refunds.find(({ key }) => key === refundId);
    return refund ? refundSnapshot(refund, charge.currency) : null;
  }

  async cancel(reference: string): Promise<PaymentSnapshot> {
    const path = `/v1/charges/${encodeURIComponent(reference)}/cancel`;
    return snapshot(await this.ask<SandboxCharge>({ operation: 'cancel', method: 'POST', path }));
  }

  async list({ since, cursor }: { since: Date; cursor?: string }): Promise<PaymentPage> {
    const query = new URLSearchParams({ since: since.toISOString(), ...(cursor && { cursor }) });
    const page = await this.ask<ChargePage>({ operation: 'list', method: 'GET', path: `/v1/charges?${query.toString()}` });
    return { payments: page.data.map(snapshot), nextCursor: page.nextCursor };
  }

  verifyWebhook(delivery: WebhookDelivery): WebhookEvent {
    verifyTimestamped({ gateway: this.id, header: 'sandbox-signature', secret: this.settings.webhookSecret }, delivery);
    type Event = { id: string; type: string; createdAt: string; data: { id: string } };
    const event = parsedBody<Event>(this.id, delivery.rawBody);
    return { eventId: event.id, type: event.type, reference: event.data.id, occurredAt: new Date(event.createdAt) };
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

function snapshot(charge: SandboxCharge): PaymentSnapshot {
  const { id, attempt, amount, currency, refunded, declineCode, nextAction } = charge;
  return {
    reference: id,
    attemptId: attempt,
    status: charge.status === 'succeeded' ? capturedStatus(amount, refunded) : charge.status,
    amount: { amount, currency },
    refunded: { amount: refunded, currency },
    createdAt: new Date(charge.createdAt),
    ...(nextAction && { nextAction }),
    ...(declineCode && { decline: declineOf(declineCode) }),
  };
}

const declineOf = (code: string): Decline => ({
  reason: DECLINES[code] ?? 'generic',
  retryableByCustomer: true,
  gatewayCode: code,
});

const refundSnapshot = ({ id, key, amount }: SandboxRefund, currency: string): RefundSnapshot => ({
  reference: id,
  refundId: key,
  status: 'succeeded',
  amount: { amount, currency },
});
