import { type Claim, type IdempotencyKeyDao, type KeyedRequest } from './dao/idempotency-key.dao';

/** An answer; `replayedRequestId` is set when it is the one that an earlier request was given. */
export interface Once<T> {
  data: T;
  replayedRequestId?: string;
}

/**
 * Carries the request out once per key. `work` must store its answer with `complete(claim, ...)` in the transaction of
 * its effect; when it fails, the key is given back. Without a key it is simply carried out.
 */
export async function once<T>(
  keys: IdempotencyKeyDao,
  request: Omit<KeyedRequest, 'key'> & { key: string | undefined },
  work: (claim: Claim | undefined) => Promise<T>,
): Promise<Once<T>> {
  const { key } = request;
  if (key === undefined) return { data: await work(undefined) };
  const claim = await keys.claim({ ...request, key });
  if ('answer' in claim) return { data: JSON.parse(claim.answer) as T, replayedRequestId: claim.requestId };
  try {
    return { data: await work(claim) };
  } catch (error) {
    // A commit whose answer was lost left the key completed, and then this changes nothing.
    await keys.release(claim).catch(() => undefined);
    throw error;
  }
}
