import type { Caller } from '@polycloud/auth';
import { runWithin } from '@polycloud/context';
import {
  type billingInformation,
  type data,
  type Dataset,
  type Infer,
  type orders,
  type Overview,
  Paged,
  type users,
} from '@polycloud/contracts';
import { type ClientOf, toAppError } from '@polycloud/http';

type Datasets = Infer<typeof Dataset>[];

/** The services whose word the overview collects. */
interface OverviewApis {
  users: ClientOf<typeof users>;
  orders: ClientOf<typeof orders>;
  billing: ClientOf<typeof billingInformation>;
  data: ClientOf<typeof data>;
}

/** How long the page waits for its parts, those that are asked for again included, milliseconds. */
const DEADLINE_MS = 3_000;
const LAST_ORDERS = 5;
const FIRST_DATASETS = 20;

/** One page out of four services, asked side by side; each part fails for itself. */
export class OverviewBo {
  constructor(private readonly apis: OverviewApis) {}

  overview(caller: Caller): Promise<Infer<typeof Overview>> {
    return runWithin(DEADLINE_MS, () => this.collect(caller));
  }

  private async collect(caller: Caller): Promise<Infer<typeof Overview>> {
    const ask = { onBehalfOf: caller };
    const [details, orders, billing, datasets] = await Promise.all([
      part(this.apis.users.details(ask)),
      part(this.apis.orders.list({ ...ask, query: { limit: LAST_ORDERS } }).then(itemsOf)),
      part(this.apis.billing.info(ask)),
      part(this.datasets(caller)),
    ]);
    return { details, orders, billing, datasets };
  }

  private async datasets(caller: Caller): Promise<Datasets> {
    return itemsOf(
      (await this.apis.data.read({ onBehalfOf: caller, query: { limit: FIRST_DATASETS } })) as Paged<Datasets[number]>,
    );
  }
}

const itemsOf = <T>({ items }: Paged<T>): T[] => items;

async function part<T>(answer: Promise<T>): Promise<{ data?: T; error?: { code: string; detail: string; hint?: string } }> {
  try {
    return { data: await answer };
  } catch (error) {
    const { code, detail, hint } = toAppError(error);
    return { error: { code, detail, ...(hint !== undefined && { hint }) } };
  }
}
