import type { Caller } from '@polycloud/auth';
import { AppError, type Infer, type NewOrder, type Provider, type Quote, type quotes, type users } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';

/** What an order costs, and on which cloud. */
export interface Price {
  cloud: Provider;
  quote: Infer<typeof Quote>;
}

/** Asks who orders and what it costs. */
export class PricingBo {
  constructor(
    private readonly userApi: ClientOf<Pick<typeof users, 'details'>>,
    private readonly quoteApi: ClientOf<typeof quotes>,
  ) {}

  /** The price on the cloud that the caller has now. CLOUD_NOT_REGISTERED when he has none, UNKNOWN_SKU when it has no price there. */
  async price(caller: Caller, newOrder: Pick<Infer<typeof NewOrder>, 'items' | 'currency'>): Promise<Price> {
    const { items, currency } = newOrder;
    // Neither answer depends on the other, so both are asked for at once.
    const [{ cloud }, quote] = await Promise.all([
      this.userApi.details({ onBehalfOf: caller }),
      this.quoteApi.quote({ onBehalfOf: caller, body: { items, ...(currency && { currency }) } }),
    ]);
    if (!cloud) {
      throw new AppError('CLOUD_NOT_REGISTERED', `User ${caller.userId} has registered no cloud`, {
        hint: 'Register one with PUT /user/cloud',
      });
    }
    // What is known of a caller may be two seconds old: the price of a cloud that he has left meanwhile is not his.
    return cloud === caller.cloud ? { cloud, quote } : this.price({ ...caller, cloud }, newOrder);
  }
}
