import type { Caller } from '@polycloud/auth';
import type { ObjectInfo } from '@polycloud/cloud';
import { AppError, type billingInternals, type Infer, type Process, type processes, ProcessStatus } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import type { UserClouds } from '@polycloud/user-clouds';
import type { DatasetBo } from './dataset.bo';
import type { ContentCache } from './reading/content-cache';
import { etagOf, type Representation } from './reading/representation';

/** A result is held in memory as a whole. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Seconds after which it is worth asking again for a process that runs. */
const ASK_AGAIN_SECONDS = 1;

/** The peers that know how a process stands and whether it is paid. */
interface ResultPeers {
  processApi: Pick<ClientOf<typeof processes>, 'get'>;
  billingApi: Pick<ClientOf<typeof billingInternals>, 'paid'>;
}

/** That of the order's only item, or a list in the order of its items. */
type Result = Record<string, unknown> | Record<string, unknown>[];

/** Results of finished processes, read from the user's cloud. */
export class ResultBo {
  constructor(
    private readonly datasets: DatasetBo,
    private readonly clouds: UserClouds,
    private readonly cache: ContentCache,
    private readonly peers: ResultPeers,
  ) {}

  /** INVALID_STATE unless the process has succeeded, PAYMENT_REQUIRED unless its order is paid. */
  async get(caller: Caller, processId: string): Promise<Representation<Result>> {
    const process = await this.peers.processApi.get({ params: { processId }, onBehalfOf: caller });
    const key = keyOf(process);
    const [payment, stored] = await Promise.allSettled([
      this.peers.billingApi.paid({ params: { orderId: process.orderId }, onBehalfOf: caller }),
      this.datasets.inspect(caller, key),
    ]);
    // Whether it is paid counts first, whatever the cloud says.
    if (!settled(payment).paid) throw notPaid(process);
    const info = settled(stored);
    const etag = etagOf(key, info.version);
    const question = { userId: caller.userId, dataset: key, etag };
    return { etag, read: () => this.cache.through(question, () => this.readObject(caller, info)) };
  }

  private async readObject(caller: Caller, { key, size }: ObjectInfo): Promise<Result> {
    if (size > MOST_BYTES) {
      throw new AppError('PAYLOAD_TOO_LARGE', `The result "${key}" has ${size} bytes, more than ${MOST_BYTES}`, {
        hint: `Download it from your cloud: POST /data/download-url with the key ${key}`,
      });
    }
    const text = await this.clouds.use(caller.userId, async (cloud, signal) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await cloud.read(key, { signal })).body) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    });
    return parseObject(key, text);
  }
}

function keyOf({ processId, status, percentage, error, result }: Infer<typeof Process>): string {
  if (status === ProcessStatus.UNDER_PROCESS) {
    throw new AppError('INVALID_STATE', `Process ${processId} is still running: ${percentage} %`, {
      retryAfter: ASK_AGAIN_SECONDS,
      hint: `Follow it with GET /user/process/${processId}`,
    });
  }
  if (status === ProcessStatus.SUCCESS && result) return result.key;
  const reason = error ? `${error.code}: ${error.detail}` : 'no reason is known';
  throw new AppError('INVALID_STATE', `Process ${processId} failed (${reason})`, {
    hint: error?.hint ?? 'Mend the cause and order again',
  });
}

const notPaid = ({ orderId }: Infer<typeof Process>) =>
  new AppError('PAYMENT_REQUIRED', `Order ${orderId} is not paid`, { hint: 'Pay it with POST /payment' });

function settled<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** The result is the user's own object, so he may have put anything in its place. */
function parseObject(key: string, text: string): Result {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Result;
  } catch {
    // Told below, like any other content that is no result.
  }
  throw new AppError('DATASET_UNREADABLE', `The object "${key}" of your cloud is no JSON result`, {
    hint: 'It was replaced in your cloud; order the work again',
  });
}
