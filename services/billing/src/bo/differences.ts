import type { PaymentSnapshot } from '@polycloud/payment';
import type { NewFinding } from '../dao/finding.dao';
import type { PaymentRow } from '../dao/payment.dao';

/** What a comparison with a gateway can bring up. */
export type Difference = Pick<NewFinding, 'kind' | 'detail' | 'mended'>;

export const unknownToUs = ({ amount }: PaymentSnapshot): Difference => ({
  kind: 'unknown_to_us',
  detail: `the gateway captured ${amount.amount} ${amount.currency} that our books do not know`,
  mended: false,
});
export const unknownToGateway = ({ amount, currency }: PaymentRow): Difference => ({
  kind: 'unknown_to_gateway',
  detail: `our books hold ${amount} ${currency} captured, the gateway does not`,
  mended: false,
});
export const otherAmount = (ours: PaymentRow, { amount }: PaymentSnapshot): Difference => ({
  kind: 'other_amount',
  detail: `ours ${ours.amount} ${ours.currency}, the gateway's ${amount.amount} ${amount.currency}`,
  mended: false,
});
export const statusMended = (before: PaymentRow, after: PaymentRow): Difference => ({
  kind: 'other_status',
  detail: `was ${before.status}, is ${after.status}`,
  mended: true,
});
export const foreignRefund = (amount: number): Difference => ({
  kind: 'foreign_refund',
  detail: `${amount} minor units were given back at the gateway itself`,
  mended: true,
});
export const refundMended = ({ refundedAmount }: PaymentRow): Difference => ({
  kind: 'other_refund',
  detail: `${refundedAmount} minor units are given back now`,
  mended: true,
});
export const refundMissing = (ours: PaymentRow, { refunded }: PaymentSnapshot): Difference => ({
  kind: 'refund_missing',
  detail: `ours ${ours.refundedAmount} given back, the gateway's ${refunded.amount}`,
  mended: false,
});
