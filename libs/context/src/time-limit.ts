/**
 * Runs `work` with a signal that fires, as that of AbortSignal.timeout does, once so many milliseconds have passed. It ends with
 * the work: that of AbortSignal.timeout lives until it fires, which under load is a kilobyte for each call of the last seconds.
 */
export async function withinTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const expiry = new AbortController();
  const expire = () => expiry.abort(new DOMException('The time for it is up', 'TimeoutError'));
  const timer = setTimeout(expire, Math.max(0, ms)).unref();
  try {
    return await work(expiry.signal);
  } finally {
    clearTimeout(timer);
  }
}
