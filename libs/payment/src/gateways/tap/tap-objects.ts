import { fromMajorString, toMajorString, type Money } from '../../money';
import type { Decline, DeclineReason } from '../../payment-error';
import { capturedStatus, type PaymentSnapshot, type PaymentStatus, type RefundSnapshot } from '../../payment-gateway';

interface TapReference {
  transaction?: string;
  merchant?: string;
  idempotent?: string;
  gateway?: string;
  payment?: string;
}

/** Amounts are JSON numbers of major units. */
export interface TapCharge {
  id: string;
  status: string;
  amount: number;
  currency: string;
  live_mode?: boolean;
  reference?: TapReference;
  response?: { code?: string; message?: string };
  transaction?: { created?: string; url?: string };
}

export interface TapRefund {
  id: string;
  charge_id: string;
  status: string;
  amount: number;
  currency: string;
  created?: string;
  reference?: TapReference;
}

/** The decimal of a money as a JSON number: it has few enough digits to be written exactly as it is read. */
export const toTapAmount = (money: Money): number => Number(toMajorString(money));

/** Reads an amount through its shortest decimal form, never by arithmetic. */
export const fromTapAmount = (amount: number, currency: string): Money => fromMajorString(String(amount), currency);

const STATUS: Record<string, PaymentStatus> = {
  INITIATED: 'requires_action',
  ABANDONED: 'cancelled',
  CANCELLED: 'cancelled',
  VOID: 'cancelled',
  TIMEDOUT: 'cancelled',
  FAILED: 'failed',
  DECLINED: 'failed',
  RESTRICTED: 'failed',
};

/** What Tap is not sure of (UNKNOWN), or still works on, is pending. */
export function paymentSnapshot(charge: TapCharge, refunds: TapRefund[]): PaymentSnapshot {
  const amount = fromTapAmount(charge.amount, charge.currency);
  const returned = refunds.filter(({ status }) => status === 'REFUNDED');
  const refunded = returned.reduce((sum, refund) => sum + fromTapAmount(refund.amount, refund.currency).amount, 0);
  const captured = charge.status === 'CAPTURED';
  const status = captured ? capturedStatus(amount.amount, refunded) : (STATUS[charge.status] ?? 'pending');
  const { transaction, reference } = charge;
  return {
    reference: charge.id,
    status,
    amount,
    refunded: { amount: refunded, currency: charge.currency },
    ...(reference?.transaction && { attemptId: reference.transaction }),
    ...(status === 'requires_action' && transaction?.url && { nextAction: { type: 'redirect', url: transaction.url } }),
    ...(status === 'failed' && { decline: declineOf(charge) }),
  };
}

const REASONS: Record<string, DeclineReason> = { RESTRICTED: 'fraud' };

function declineOf({ status, response }: TapCharge): Decline {
  const reason = REASONS[status] ?? 'generic';
  return { reason, retryableByCustomer: reason !== 'fraud', ...(response?.code && { gatewayCode: response.code }) };
}

const REFUND_STATUS: Record<string, RefundSnapshot['status']> = { REFUNDED: 'succeeded', DECLINED: 'failed', FAILED: 'failed' };

export const refundSnapshot = (refund: TapRefund): RefundSnapshot => ({
  reference: refund.id,
  refundId: refund.reference?.merchant ?? '',
  status: REFUND_STATUS[refund.status] ?? 'pending',
  amount: fromTapAmount(refund.amount, refund.currency),
});
