import type { Infer, NextAction, Payment, PaymentStatus } from '@polycloud/contracts';
import type { PaymentRow, PaymentState } from '../models/payment.model';

export type PaymentShape = Infer<typeof Payment>;

/** To its payer, an attempt whose answer was lost is still pending. */
const statusOf = (state: PaymentState): PaymentStatus => (state === 'unknown' ? 'pending' : state);

/** A payment as the contract shows it. */
export function toPayment(row: PaymentRow): PaymentShape {
  return {
    paymentId: row.paymentId,
    orderId: row.orderId,
    status: statusOf(row.status),
    amount: Number(row.amount),
    currency: row.currency,
    gateway: row.gateway,
    gatewayReference: row.reference,
    refundedAmount: Number(row.refundedAmount),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ...(row.nextAction !== null && { nextAction: JSON.parse(row.nextAction) as Infer<typeof NextAction> }),
    ...(row.declineReason !== null && { declineReason: row.declineReason }),
  };
}
