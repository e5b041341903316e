import { AppError } from '@polycloud/contracts';
import type { CloudAdapter } from '@polycloud/cloud';
import { formatOf, profile } from '@polycloud/dataset';
import type { UserClouds } from '@polycloud/user-clouds';
import type { StepContext } from './saga/saga';

interface ItemWork {
  cloud: CloudAdapter;
  input: { dataset?: string; endpoint?: string };
  progress: (fraction: number) => void;
  signal: AbortSignal;
}

/** Does the work of each item in the user's cloud. A new SKU is a row here and a price at billing. */
export class FulfilmentBo {
  private readonly workOf: Record<string, (work: ItemWork) => Promise<unknown>> = { 'DATA-PROFILE': profileOf };

  constructor(private readonly clouds: UserClouds) {}

  /** The result of the order: that of its only item, or a list in the order of the items. */
  async fulfil({ order, owner, progress, signal }: StepContext): Promise<unknown> {
    return this.clouds.use(owner.userId, async (cloud) => {
      const results: unknown[] = [];
      for (const [at, item] of order.items.entries()) {
        const work = this.workOf[item.sku];
        if (!work) throw new AppError('UNKNOWN_SKU', `There is no work for ${item.sku}`);
        const part = (fraction: number) => progress((at + fraction) / order.items.length);
        results.push(await work({ cloud, input: item.input ?? {}, progress: part, signal }));
      }
      return results.length === 1 ? results[0] : results;
    });
  }

  /** Refuses what cannot be worked on before anything is charged. */
  check(items: readonly { sku: string; input?: { dataset?: string } }[]): void {
    items.forEach(({ sku, input }, at) => {
      if (!this.workOf[sku]) {
        throw new AppError('UNKNOWN_SKU', `There is no product ${sku}`, {
          hint: `Products: ${Object.keys(this.workOf).join(', ')}`,
        });
      }
      if (input?.dataset === undefined) {
        throw new AppError('VALIDATION_FAILED', `${sku} needs a dataset`, {
          errors: [{ field: `body.items[${at}].input.dataset`, message: 'is required' }],
        });
      }
    });
  }
}

async function profileOf({ cloud, input, progress, signal }: ItemWork): Promise<unknown> {
  const key = input.dataset ?? '';
  const { info, body } = await cloud.read(key, { signal });
  return profile(key, body, { format: formatOf(key, info.contentType), totalBytes: info.size, onProgress: progress, signal });
}
