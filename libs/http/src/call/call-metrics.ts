import { AppError } from '@polycloud/contracts';
import { Counter, Histogram } from '@polycloud/lean/prom-client';

const duration = new Histogram({
  name: 'http_client_request_duration_seconds',
  help: 'Duration of calls to other services',
  labelNames: ['peer', 'http_request_method', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const failures = new Counter({
  name: 'http_client_failures_total',
  help: 'Calls that got no answer, by the reason that the system gave',
  labelNames: ['peer', 'reason'],
});

/** Measures one call to a peer. */
export async function measured<T>(peer: string, method: string, call: () => Promise<T>): Promise<T> {
  const stop = duration.startTimer({ peer, http_request_method: method });
  try {
    const answer = await call();
    stop({ outcome: 'ok' });
    return answer;
  } catch (error) {
    stop({ outcome: error instanceof AppError ? error.code : 'INTERNAL' });
    const reason = reasonOf(error);
    if (reason !== undefined) failures.inc({ peer, reason });
    throw error;
  }
}

/** The system's own word: ENOTFOUND, ECONNREFUSED, UND_ERR_..., TimeoutError. */
function reasonOf(error: unknown): string | undefined {
  const cause = error instanceof AppError ? (error.cause as { code?: unknown; name?: unknown } | undefined) : undefined;
  if (typeof cause?.code === 'string') return cause.code;
  return cause?.name === 'TimeoutError' ? cause.name : undefined;
}
