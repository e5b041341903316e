import type { PaymentSnapshot } from '@polycloud/payment';
import type { PaymentRow } from '../dao/payment.dao';
import { isCaptured } from './payment-rules';

/** Captured less refunded of one currency, minor units. */
export interface BalanceLine {
  currency: string;
  ours: number;
  theirs: number;
}

/** Adds up both sides of a comparison, by currency. */
export class Balance {
  private readonly byCurrency = new Map<string, BalanceLine>();

  add(ours: PaymentRow | null, theirs: PaymentSnapshot | null): void {
    if (ours && isCaptured(ours)) this.line(ours.currency).ours += Number(ours.amount) - Number(ours.refundedAmount);
    const isTaken = theirs && ['succeeded', 'partially_refunded', 'refunded'].includes(theirs.status);
    if (isTaken) this.line(theirs.amount.currency).theirs += theirs.amount.amount - theirs.refunded.amount;
  }

  lines(): BalanceLine[] {
    return [...this.byCurrency.values()].sort((a, b) => a.currency.localeCompare(b.currency));
  }

  private line(currency: string): BalanceLine {
    const line = this.byCurrency.get(currency) ?? { currency, ours: 0, theirs: 0 };
    this.byCurrency.set(currency, line);
    return line;
  }
}
