import { currentRequestId, runInContext } from '@polycloud/context';
import type { Response } from 'express';
import { toAppError } from './problem';

/** How often it is asked whether a listener still may listen, milliseconds: a logout takes effect within five seconds. */
const ASK_AGAIN_MS = 2_000;

/**
 * Aborted when the client of a streamed answer goes away before its end, or may not have the rest: his token has run
 * out, or he has logged out. Where nobody can be asked at the moment, he may.
 */
export function listenerSignal(response: Response, authenticate: () => Promise<unknown>): AbortSignal {
  const listener = new AbortController();
  const requestId = currentRequestId();
  const ask = () =>
    // The request's own deadline is long over.
    runInContext({ requestId }, authenticate).catch((error: unknown) => {
      if (toAppError(error).status < 500) listener.abort(error);
    });
  const asking = setInterval(() => void ask(), ASK_AGAIN_MS);
  response.once('close', () => {
    clearInterval(asking);
    if (!response.writableFinished) listener.abort();
  });
  return listener.signal;
}
