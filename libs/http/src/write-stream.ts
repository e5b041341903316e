import { currentRequestId, runInContext } from '@polycloud/context';
import type { Response } from 'express';
import { toAppError } from './problem';
import type { StreamReply } from './reply';

/** How often it is asked whether a listener still may listen, milliseconds: a logout takes effect within five seconds. */
const ASK_AGAIN_MS = 2_000;

/**
 * Writes a streamed answer until its end, or until its client goes away or may not have the rest: his token has run out,
 * or he has logged out. Where nobody can be asked at the moment, he may.
 */
export async function writeStream(answer: StreamReply, response: Response, authenticate: () => Promise<unknown>): Promise<void> {
  const listener = new AbortController();
  const requestId = currentRequestId();
  const ask = () =>
    // The request's own deadline is long over.
    runInContext({ requestId }, authenticate).catch((error: unknown) => {
      if (toAppError(error).status < 500) listener.abort(error);
    });
  const asking = setInterval(() => void ask(), ASK_AGAIN_MS);
  response.once('close', () => {
    if (!response.writableFinished) listener.abort();
  });
  try {
    await answer.write(response, listener.signal);
  } finally {
    clearInterval(asking);
  }
}
