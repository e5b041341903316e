import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import {
  capturedStatus,
  type NextAction,
  type PaymentSnapshot,
  type PaymentStatus,
  type RefundSnapshot,
} from '../../payment-gateway';
import { fromStripeAmount } from './stripe-amounts';
import { declineOf } from './stripe-errors';

/** Needs `latest_charge` expanded: only the charge tells what was refunded. */
export function paymentSnapshot(intent: Stripe.PaymentIntent): PaymentSnapshot {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const refunded = charge?.amount_refunded ?? 0;
  const status = statusOf(intent, refunded);
  const nextAction = nextActionOf(intent);
  const attemptId = intent.metadata.attempt_id;
  return {
    reference: intent.id,
    status,
    amount: fromStripeAmount(intent.amount, intent.currency),
    refunded: fromStripeAmount(refunded, intent.currency),
    ...(attemptId && { attemptId }),
    ...(nextAction && { nextAction }),
    ...(status === 'failed' && { decline: declineOf(intent.last_payment_error ?? {}) }),
  };
}

function statusOf(intent: Stripe.PaymentIntent, refunded: number): PaymentStatus {
  switch (intent.status) {
    case 'succeeded':
      return capturedStatus(intent.amount, refunded);
    case 'canceled':
      return 'cancelled';
    case 'requires_action':
      return 'requires_action';
    case 'requires_payment_method':
      // Stripe puts a declined intent back to where it waits for another source.
      return intent.last_payment_error ? 'failed' : 'pending';
    default:
      return 'pending';
  }
}

function nextActionOf({ status, next_action, client_secret }: Stripe.PaymentIntent): NextAction | undefined {
  if (status !== 'requires_action' || !next_action) return undefined;
  if (next_action.redirect_to_url?.url) return { type: 'redirect', url: next_action.redirect_to_url.url };
  return client_secret ? { type: 'client_sdk', data: { clientSecret: client_secret } } : undefined;
}

const REFUND_STATUS: Record<string, RefundSnapshot['status']> = { succeeded: 'succeeded', failed: 'failed', canceled: 'failed' };

export const refundSnapshot = (refund: Stripe.Refund): RefundSnapshot => ({
  reference: refund.id,
  refundId: refund.metadata?.refund_id ?? '',
  status: REFUND_STATUS[refund.status ?? ''] ?? 'pending',
  amount: fromStripeAmount(refund.amount, refund.currency),
});
