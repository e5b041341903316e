import { setTimeout as wait } from 'node:timers/promises';
import { type BatchState, type BatchStatus, isFinal } from '@polycloud/cloud';
import { AppError } from '@polycloud/contracts';
import { formatOf } from '@polycloud/dataset';
import type { ItemWork } from './item-work';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 15_000;
const DONE: readonly BatchState[] = ['succeeded', 'partial'];
const CONTENT_TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Has the cloud score the dataset by a job of its own, and follows it; a worker that takes over finds the same job. */
export async function batchPrediction(item: ItemWork): Promise<unknown> {
  const { cloud, input, id: jobId, signal } = item;
  const { dataset, batch } = input;
  if (!batch) throw new TypeError('There is no batch to submit');
  const info = await cloud.head(dataset, signal);
  const contentType = CONTENT_TYPES[formatOf(dataset, info.contentType)];
  const job = { jobId, ...batch, input: dataset, output: `predictions/${jobId}`, contentType };
  const { id } = await cloud.submitBatch({ ...job, signal });
  const { state, raw, error } = await ended(id, item);
  if (!DONE.includes(state)) {
    throw new AppError(
      'CLOUD_FAILED',
      `${cloud.provider}: the batch job ${jobId} is ${raw}${error ? `: ${error.message}` : ''}`,
      {
        hint: `See the job ${jobId} in your cloud, mend the cause and order again`,
      },
    );
  }
  const { objects, errors } = await cloud.batchResult(id, signal);
  return { dataset, model: batch.model, state, predictions: objects, errors };
}

/** The last word on the job, asked for with growing pauses. */
async function ended(id: string, { cloud, progress, signal }: ItemWork): Promise<BatchStatus> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const status = await cloud.batchStatus(id, signal);
    if (isFinal(status.state)) return status;
    const { done = 0, total = 0 } = status.progress ?? {};
    if (total > 0) progress(done / total);
    // Spread, so that jobs which were submitted together are not asked for together for ever.
    await wait(pause * (0.5 + Math.random() / 2), undefined, { signal });
  }
}
