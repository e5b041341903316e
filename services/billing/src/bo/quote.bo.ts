import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, type NewQuote, type Quote } from '@polycloud/contracts';
import type { PriceDao } from '../dao/price.dao';
import { containedTax } from './tax';

const DEFAULT_CURRENCY = 'USD';

/** What orders cost. */
export class QuoteBo {
  constructor(
    private readonly prices: PriceDao,
    private readonly country: string,
  ) {}

  /** Prices each item on the caller's cloud. UNKNOWN_SKU names every item that has no price there. */
  async quote(
    { userId, cloud }: Caller,
    { items, currency = DEFAULT_CURRENCY }: Infer<typeof NewQuote>,
  ): Promise<Infer<typeof Quote>> {
    if (cloud === null) throw noCloud(userId);
    const skus = [...new Set(items.map(({ sku }) => sku))];
    const [prices, taxRate] = await Promise.all([this.prices.current(skus, cloud, currency), this.prices.taxRate(this.country)]);
    const unknown = skus.filter((sku) => !prices.has(sku));
    if (unknown.length > 0)
      throw unknownSku(unknown, { cloud, currency, soldIn: await this.prices.currenciesOf(unknown, cloud) });
    const lines = items.map(({ sku, quantity }) => {
      const unit = prices.get(sku) ?? 0;
      return { sku, quantity, unitPrice: { amount: unit, currency }, price: { amount: unit * quantity, currency } };
    });
    const amount = lines.reduce((sum, { price }) => sum + price.amount, 0);
    return { lines, total: { amount, currency }, tax: { amount: containedTax(amount, taxRate), currency } };
  }
}

const noCloud = (userId: string) =>
  new AppError('CLOUD_NOT_REGISTERED', `User ${userId} has registered no cloud, and prices depend on it`, {
    hint: 'Register one with PUT /user/cloud',
  });

const unknownSku = (skus: string[], { cloud, currency, soldIn }: { cloud: string; currency: string; soldIn: string[] }) =>
  new AppError('UNKNOWN_SKU', `No price for ${skus.join(', ')} on ${cloud} in ${currency}`, {
    hint:
      soldIn.length > 0 ? `On ${cloud} it is sold in ${soldIn.sort().join(', ')}` : `It is not sold on ${cloud}: check the SKU`,
  });
