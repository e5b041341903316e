import type { Queue } from './queue';

/** Resolves when a message may be visible, at the deadline (ms since the epoch), or when the caller is gone. */
export function nextArrival(queue: Queue, deadline: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = Math.max(0, Math.min(deadline, queue.nextVisibleAt()) - Date.now());
    const done = (): void => {
      clearTimeout(timer);
      queue.events.off('arrival', done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    queue.events.on('arrival', done);
    gone.addEventListener('abort', done);
    if (gone.aborted) done();
  });
}
