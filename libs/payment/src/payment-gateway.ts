import type { Money } from './money';
import type { Decline } from './payment-error';

/** The gateways that there are. */
export type GatewayId = 'sandbox' | 'stripe' | 'tap' | 'razorpay';

/** How a payment stands at its gateway; only `succeeded` and the refunded ones have taken money. */
export type PaymentStatus =
  'pending' | 'requires_action' | 'succeeded' | 'failed' | 'cancelled' | 'refunded' | 'partially_refunded';

/** What the payer must do next: open an address, or finish in the gateway's own client library. */
export type NextAction = { type: 'redirect'; url: string } | { type: 'client_sdk'; data: Record<string, string> };

/** A payment as its gateway holds it now. `amount` and `refunded` are minor units of the same currency. */
export interface PaymentSnapshot {
  reference: string;
  status: PaymentStatus;
  amount: Money;
  refunded: Money;
  /** The attempt that made it; absent when the payment was not made through `charge`. */
  attemptId?: string;
  nextAction?: NextAction;
  /** Set when the status is `failed`. */
  decline?: Decline;
}

/** A refund as its gateway holds it now. */
export interface RefundSnapshot {
  reference: string;
  refundId: string;
  status: 'pending' | 'succeeded' | 'failed';
  amount: Money;
}

/** Who pays, for gateways that want to know. */
export interface Customer {
  name: string;
  email: string;
  /** E.164, with the plus sign. */
  phone?: string;
}

/** What is to be charged. */
export interface ChargeRequest {
  /** Names the attempt: the same id never charges twice while the gateway remembers it. 10-36 characters of `A-Za-z0-9_-`. */
  attemptId: string;
  orderRef: string;
  amount: Money;
  /** What is charged, in the gateway's own terms. */
  source: string;
  /** Where the payer comes back to after an action; some gateways demand it. */
  returnUrl?: string;
  webhookUrl?: string;
  customer?: Customer;
}

/** What is to go back of a payment; `reference` is the payment's. */
export interface RefundRequest {
  reference: string;
  /** Names the refund, as `attemptId` does the attempt. */
  refundId: string;
  amount: Money;
  reason: string;
}

/** One page of a gateway's payments; `nextCursor` is null at the end. */
export interface PaymentPage {
  payments: PaymentSnapshot[];
  nextCursor: string | null;
}

/** A webhook as it came. */
export interface WebhookDelivery {
  /** The bytes as they came: a body parsed and written again does not verify. */
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
  now: Date;
}

/** A verified hint that something changed. It bears no amount: what changed is asked of `get`. */
export interface WebhookEvent {
  /** The same for every delivery of one event. */
  eventId: string;
  type: string;
  reference?: string;
}

/**
 * A payment provider. Every failure is a PaymentError; a declined payment is none: it is a snapshot whose status is
 * `failed`.
 */
export interface PaymentGateway {
  readonly id: GatewayId;
  /** Whether a payment that waits for its payer can be ended here; otherwise it ends by itself. */
  readonly canCancel: boolean;
  /** Whether a charge needs its `customer`. */
  readonly needsCustomer: boolean;
  charge(request: ChargeRequest): Promise<PaymentSnapshot>;
  /** Throws NOT_FOUND for a reference that the gateway does not know. */
  get(reference: string): Promise<PaymentSnapshot>;
  /**
   * Settles a lost answer: the payment of an attempt, or null when the gateway has none. The attempt was made after
   * `since`, by the gateway's clock: some gateways must be asked for all payments from then on.
   */
  find(attemptId: string, since: Date): Promise<PaymentSnapshot | null>;
  /** Throws INVALID_STATE or INVALID_REQUEST when more would go back than was captured. */
  refund(request: RefundRequest): Promise<RefundSnapshot>;
  /** Settles a lost answer of `refund`. */
  findRefund(refund: Pick<RefundRequest, 'reference' | 'refundId'>): Promise<RefundSnapshot | null>;
  /** Ends a payment that took no money yet. Throws INVALID_STATE once it did, NOT_SUPPORTED where the gateway cannot. */
  cancel(reference: string): Promise<PaymentSnapshot>;
  /** Payments made since then, page by page, for reconciliation. */
  list(query: { since: Date; cursor?: string }): Promise<PaymentPage>;
  /** Throws InvalidSignature. */
  verifyWebhook(delivery: WebhookDelivery): WebhookEvent;
}

/** The status of a payment whose money was captured, after what went back of it (minor units). */
export function capturedStatus(amount: number, refunded: number): PaymentStatus {
  if (refunded === 0) return 'succeeded';
  return refunded < amount ? 'partially_refunded' : 'refunded';
}
