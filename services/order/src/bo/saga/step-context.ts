import type { ClaimedProcess } from '../../dao/lease';
import type { Step, StepContext } from './saga';

/** What the steps of a claimed process work with. */
export function contextOf({ process, order, results }: ClaimedProcess, signal: AbortSignal): StepContext {
  const { processId, orderId, userId, paymentGateway, paymentSource, cloud } = process;
  if (!order) throw new Error(`The order ${orderId} of process ${processId} is missing`);
  return {
    process,
    order,
    results,
    payment: { gateway: paymentGateway, source: paymentSource },
    owner: { userId, roles: ['customer'], cloud },
    progress: () => undefined,
    signal,
  };
}

/** Maps a step's own progress into its part of the whole, and writes each whole per cent once; the last one comes with the step's end. */
export function progressOf(
  { process }: ClaimedProcess,
  step: Step,
  write: (percentage: number) => void,
): (fraction: number) => void {
  const from = process.percentage;
  let written = from;
  return (fraction) => {
    const percentage = Math.floor(from + (step.percentage - from) * Math.min(1, Math.max(0, fraction)));
    if (percentage <= written || percentage >= step.percentage) return;
    written = percentage;
    write(percentage);
  };
}

/**
 * The work's outcome, or the signal's reason as soon as it is aborted: not every call can be called off, but nobody need
 * wait for it. Nothing is begun when it is aborted already.
 */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T> | undefined): Promise<T | undefined> {
  signal.throwIfAborted();
  const { promise, cancel } = abortionOf(signal);
  return Promise.race([work(), promise]).finally(cancel);
}

function abortionOf(signal: AbortSignal) {
  let cancel = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    cancel = () => signal.removeEventListener('abort', abort);
  });
  return { promise, cancel };
}
