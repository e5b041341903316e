import { AppError } from '@polycloud/contracts';
import { asUnavailable } from '@polycloud/database';
import { DatasetUnreadable } from '@polycloud/dataset';

/** Expected failures of the libraries in the catalogue that clients know. */
export function asKnownFailure(error: unknown): AppError | undefined {
  if (!(error instanceof DatasetUnreadable)) return asUnavailable(error);
  return new AppError('DATASET_UNREADABLE', error.message, { cause: error, hint: 'Mend the dataset and upload it again' });
}
