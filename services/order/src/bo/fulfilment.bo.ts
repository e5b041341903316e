import { AppError, type FieldError, type Infer, type WorkInput } from '@polycloud/contracts';
import type { UserClouds } from '@polycloud/user-clouds';
import type { Work } from './fulfilment/item-work';
import { predictionWork } from './fulfilment/prediction-work';
import { profileWork } from './fulfilment/profile-work';
import type { StepContext } from './saga/saga';

interface Product {
  work: Work;
  /** What the input must have, any one of each list. */
  needs: (keyof Infer<typeof WorkInput>)[][];
}

interface Item {
  sku: string;
  input?: Infer<typeof WorkInput>;
}

/** Does the work of each item in the user's cloud. A new SKU is a row here and a price at billing. */
export class FulfilmentBo {
  private readonly products: Record<string, Product> = {
    'DATA-PROFILE': { work: profileWork, needs: [['dataset']] },
    'DATA-PREDICT': { work: predictionWork, needs: [['dataset'], ['endpoint', 'batch']] },
  };

  constructor(private readonly clouds: UserClouds) {}

  /** The result of the order: that of its only item, or a list in the order of the items. */
  async fulfil({ process, order, owner, progress, signal }: StepContext): Promise<unknown> {
    this.check(order.items);
    return this.clouds.use(owner.userId, async (cloud) => {
      const results: unknown[] = [];
      for (const [at, { sku, input = {} }] of order.items.entries()) {
        const part = (fraction: number) => progress((at + fraction) / order.items.length);
        const item = { id: `${process.processId}-${at}`, cloud, input: { dataset: '', ...input }, progress: part, signal };
        results.push(await this.productOf(sku).work(item));
      }
      return results.length === 1 ? results[0] : results;
    });
  }

  /** Refuses what cannot be worked on before anything is charged. */
  check(items: readonly Item[]): void {
    const errors = items.flatMap(({ sku, input }, at) =>
      this.productOf(sku)
        .needs.filter((fields) => !fields.some((field) => input?.[field] !== undefined))
        .map((fields): FieldError => ({
          field: `body.items[${at}].input.${fields[0]}`,
          message: `${fields.join(' or ')} is required`,
        })),
    );
    if (errors.length > 0) throw new AppError('VALIDATION_FAILED', 'An item lacks what its work is done on', { errors });
  }

  private productOf(sku: string): Product {
    const product = Object.hasOwn(this.products, sku) ? this.products[sku] : undefined;
    if (product) return product;
    throw new AppError('UNKNOWN_SKU', `There is no product ${sku}`, {
      hint: `Products: ${Object.keys(this.products).join(', ')}`,
    });
  }
}
