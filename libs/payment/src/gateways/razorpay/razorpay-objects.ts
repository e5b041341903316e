import { AmountNotRepresentable, exponentOf, type Money } from '../../money';
import type { Decline, DeclineReason } from '../../payment-error';
import { capturedStatus, type PaymentSnapshot, type RefundSnapshot } from '../../payment-gateway';

/** Amounts are integer minor units. */
export interface RazorpayOrder {
  id: string;
  amount: number;
  currency: string;
  receipt: string | null;
  status: 'created' | 'attempted' | 'paid';
  created_at: number;
  payments?: { items: RazorpayPayment[] };
}

interface RazorpayPayment {
  id: string;
  status: 'created' | 'authorized' | 'captured' | 'refunded' | 'failed';
  amount_refunded?: number;
  error_code?: string | null;
  error_reason?: string | null;
}

export interface RazorpayRefund {
  id: string;
  amount: number;
  currency: string;
  status: 'pending' | 'processed' | 'failed';
  receipt?: string | null;
}

export interface Collection<T> {
  items: T[];
}

const LEAST_RUPEES = 100;

/** The amount as Razorpay takes it: the last of three decimals must be zero, and a charge is one rupee at least. */
export function toRazorpayAmount({ amount, currency }: Money): number {
  const step = exponentOf(currency) === 3 ? 10 : 1;
  const isWritable = Number.isSafeInteger(amount) && amount > 0 && amount % step === 0;
  if (!isWritable) throw new AmountNotRepresentable(`Razorpay cannot write ${amount} minor units of ${currency}`);
  return amount;
}

/** The same for a new order. */
export function toOrderAmount(money: Money): number {
  if (money.currency === 'INR' && money.amount < LEAST_RUPEES)
    throw new AmountNotRepresentable('Razorpay charges one rupee at least');
  return toRazorpayAmount(money);
}

/** The payment of an order that took money; an order may have any number that failed. */
export const takenOf = ({ payments }: RazorpayOrder): RazorpayPayment | undefined =>
  payments?.items.find(({ status }) => status === 'captured' || status === 'refunded');

/** Needs the order's payments expanded. */
export function paymentSnapshot(order: RazorpayOrder, keyId: string): PaymentSnapshot {
  const { id, amount, currency, receipt, payments } = order;
  const taken = takenOf(order);
  const refunded = taken?.amount_refunded ?? 0;
  const snapshot = {
    reference: id,
    amount: { amount, currency },
    refunded: { amount: refunded, currency },
    ...(receipt && { attemptId: receipt }),
  };
  if (taken) return { ...snapshot, status: capturedStatus(amount, refunded) };
  // Newest first: an authorisation under way outweighs what failed before it.
  const items = payments?.items ?? [];
  if (order.status === 'paid' || items.some(({ status }) => status === 'authorized')) return { ...snapshot, status: 'pending' };
  if (items[0]?.status === 'failed') return { ...snapshot, status: 'failed', decline: declineOf(items[0]) };
  return { ...snapshot, status: 'requires_action', nextAction: { type: 'client_sdk', data: { orderId: id, keyId } } };
}

const REASONS: Record<string, DeclineReason> = {
  insufficient_funds: 'insufficient_funds',
  card_expired: 'expired_card',
  incorrect_cvv: 'incorrect_cvc',
  authentication_failed: 'authentication_failed',
  payment_cancelled: 'cancelled_by_payer',
};

function declineOf({ error_code, error_reason }: RazorpayPayment): Decline {
  const gatewayCode = error_reason ?? error_code;
  return { reason: REASONS[error_reason ?? ''] ?? 'generic', retryableByCustomer: true, ...(gatewayCode && { gatewayCode }) };
}

const REFUND_STATUS = { pending: 'pending', processed: 'succeeded', failed: 'failed' } as const;

export const refundSnapshot = (refund: RazorpayRefund, refundId: string): RefundSnapshot => ({
  reference: refund.id,
  refundId,
  status: REFUND_STATUS[refund.status],
  amount: { amount: refund.amount, currency: refund.currency },
});
