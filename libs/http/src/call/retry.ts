import { setTimeout as pause } from 'node:timers/promises';
import { currentContext } from '@polycloud/context';
import { AppError } from '@polycloud/contracts';
import type { RetryBudget } from './retry-budget';

/** What a hop itself takes of the budget that is passed on, milliseconds. With less left no call is made. */
export const HOP_MS = 20;
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Failures after which the next try may find the peer, or another instance of it, well. */
const PASSING: readonly string[] = ['UNAVAILABLE', 'UPSTREAM_FAILED', 'UPSTREAM_TIMEOUT'];

/**
 * Makes a call that can be made twice up to three times, with growing random pauses, while the budget and the deadline
 * allow. Only the outermost service of a request does so; elsewhere the call is made once.
 */
export async function withRetries<T>(budget: RetryBudget, repeatable: boolean, call: () => Promise<T>): Promise<T> {
  budget.called();
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!repeatable || !currentContext()?.mayRetry || tries >= MOST_TRIES || !isPassing(error)) throw error;
      const wait = Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
      if (Date.now() + wait + HOP_MS >= (currentContext()?.deadline ?? Infinity) || !budget.take()) throw error;
      await pause(wait);
    }
  }
}

const isPassing = (error: unknown) => error instanceof AppError && PASSING.includes(error.code) && !isRefusedByBreaker(error);

/** A breaker that is open stays so for seconds, and a place was waited for. */
const isRefusedByBreaker = ({ cause }: AppError) => {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return code === 'EOPENBREAKER' || code === 'ENOPLACE';
};
