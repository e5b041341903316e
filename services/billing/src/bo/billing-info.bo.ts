import type { Caller } from '@polycloud/auth';
import type { BillingInfo, Infer, Money, Provider } from '@polycloud/contracts';
import type { PaymentHistoryDao, Totals } from '../dao/payment-history.dao';
import { toPayment } from '../dao/shapes';

const LAST = 10;

/** What a user paid, in sum. */
export class BillingInfoBo {
  constructor(private readonly history: PaymentHistoryDao) {}

  async info({ userId }: Caller): Promise<Infer<typeof BillingInfo>> {
    const [byCloud, open, last] = await Promise.all([
      this.history.totalsOf(userId),
      this.history.openOf(userId),
      this.history.listOf(userId, { limit: LAST }),
    ]);
    return {
      byCurrency: byCurrency(byCloud),
      byCloud: byCloud.map((totals) => ({ ...totals, cloud: totals.cloud as Provider | null })),
      open: summed(open.map(({ amount, currency }) => ({ amount: Number(amount), currency }))),
      lastPayments: last.slice(0, LAST).map(toPayment),
    };
  }
}

function byCurrency(totals: Totals[]) {
  const sums = new Map<string, Omit<Totals, 'cloud'>>();
  for (const { currency, payments, paid, refunded } of totals) {
    const sum = sums.get(currency) ?? { currency, payments: 0, paid: 0, refunded: 0 };
    sums.set(currency, {
      currency,
      payments: sum.payments + payments,
      paid: sum.paid + paid,
      refunded: sum.refunded + refunded,
    });
  }
  return [...sums.values()];
}

function summed(amounts: Infer<typeof Money>[]): Infer<typeof Money>[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums].map(([currency, amount]) => ({ amount, currency }));
}
