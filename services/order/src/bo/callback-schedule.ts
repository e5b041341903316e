const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds between a try and the next: twelve tries over five days, dense at first. */
const PAUSES = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 20 * HOUR, 34 * HOUR, 48 * HOUR];
const GONE = 410;

/** What a try came to: the status that was answered, or a reason why there was no answer. */
export interface TryOutcome {
  status?: number;
  retryAfterSeconds?: number;
}

/** What follows from try number `tries` (from 1): only a 2xx is delivery, 410 ends it, all else is tried again while tries are left. */
export function afterTry(
  tries: number,
  { status, retryAfterSeconds }: TryOutcome,
): 'delivered' | 'failed' | { retryInSeconds: number } {
  if (status !== undefined && status >= 200 && status < 300) return 'delivered';
  const pause = PAUSES[tries - 1];
  if (status === GONE || pause === undefined) return 'failed';
  // A tenth to and fro, so that many callbacks of one receiver do not come back in one moment.
  const jittered = pause * (0.9 + Math.random() / 5);
  return { retryInSeconds: Math.max(jittered, Math.min(retryAfterSeconds ?? 0, HOUR)) };
}
