import type { Decline } from '../../payment-error';
import { capturedStatus, type NextAction, type PaymentSnapshot, type RefundSnapshot } from '../../payment-gateway';

export interface SandboxRefund {
  id: string;
  key: string;
  amount: number;
}

export interface SandboxCharge {
  id: string;
  attempt: string;
  amount: number;
  currency: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'cancelled';
  refunded: number;
  refunds: SandboxRefund[];
  declineCode: string | null;
  nextAction: NextAction | null;
}

export interface ChargePage {
  data: SandboxCharge[];
  nextCursor: string | null;
}

const DECLINES: Record<string, Decline['reason']> = {
  insufficient_funds: 'insufficient_funds',
  authentication_failed: 'authentication_failed',
};

export function paymentSnapshot(charge: SandboxCharge): PaymentSnapshot {
  const { id, attempt, amount, currency, refunded, declineCode, nextAction } = charge;
  return {
    reference: id,
    attemptId: attempt,
    status: charge.status === 'succeeded' ? capturedStatus(amount, refunded) : charge.status,
    amount: { amount, currency },
    refunded: { amount: refunded, currency },
    ...(nextAction && { nextAction }),
    ...(declineCode && { decline: declineOf(declineCode) }),
  };
}

const declineOf = (code: string): Decline => ({
  reason: DECLINES[code] ?? 'generic',
  retryableByCustomer: true,
  gatewayCode: code,
});

export const refundSnapshot = ({ id, key, amount }: SandboxRefund, currency: string): RefundSnapshot => ({
  reference: id,
  refundId: key,
  status: 'succeeded',
  amount: { amount, currency },
});
