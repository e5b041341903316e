/** What a charge is doing. A refund leaves it `succeeded`: `refunded` says how much of it went back. */
export type ChargeStatus = 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'cancelled';

export interface Refund {
  id: string;
  /** The caller's idempotency key. */
  key: string;
  amount: number;
  reason: string;
  status: 'succeeded';
  createdAt: string;
}

/** Amounts are integer minor units of `currency`. */
export interface Charge {
  id: string;
  /** The caller's idempotency key. */
  attempt: string;
  orderRef: string;
  amount: number;
  currency: string;
  source: string;
  status: ChargeStatus;
  refunded: number;
  refunds: Refund[];
  declineCode: string | null;
  returnUrl: string | null;
  webhookUrl: string | null;
  metadata: Record<string, string>;
  /** SHA-256 of the request, to tell a replay from a reused key. */
  fingerprint: string;
  createdAt: string;
}

export type EventType =
  'charge.created' | 'charge.requires_action' | 'charge.succeeded' | 'charge.failed' | 'charge.cancelled' | 'refund.succeeded';

/** A line of the ledger that moves money or state: it bears the charge as it stands afterwards. */
export interface ChargeEvent {
  kind: 'event';
  id: string;
  type: EventType;
  createdAt: string;
  charge: Charge;
}

/** A line of the ledger that tells how one try of a webhook went. */
export interface DeliveryTry {
  kind: 'delivery';
  eventId: string;
  delivered: boolean;
  answer: string;
  at: string;
}

export type LedgerLine = ChargeEvent | DeliveryTry;
