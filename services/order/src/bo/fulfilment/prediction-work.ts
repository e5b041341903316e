import { CloudError, type CloudErrorCode } from '@polycloud/cloud';
import { AppError } from '@polycloud/contracts';
import { batchPrediction } from './batch-prediction';
import type { Work } from './item-work';
import { onlinePrediction } from './online-prediction';

/** DATA-PREDICT: a score for every row, by a batch job of the cloud where one is asked for, else through the online endpoint. */
export const predictionWork: Work = async (item) => {
  try {
    return await (item.input.batch ? batchPrediction : onlinePrediction)(item);
  } catch (error) {
    throw asRefusal(error) ?? error;
  }
};

/** What the next try would meet again. */
const REFUSALS: Partial<Record<CloudErrorCode, 'DATASET_UNREADABLE' | 'INVALID_STATE' | 'VALIDATION_FAILED'>> = {
  ModelError: 'DATASET_UNREADABLE',
  TooLarge: 'DATASET_UNREADABLE',
  NotSupported: 'INVALID_STATE',
  InvalidArgument: 'VALIDATION_FAILED',
};

function asRefusal(error: unknown): AppError | undefined {
  const code = error instanceof CloudError && !error.retryable ? REFUSALS[error.code] : undefined;
  if (!code) return undefined;
  const { provider, message, hint } = error as CloudError;
  return new AppError(code, `${provider}: ${message}`, { hint, cause: error });
}
