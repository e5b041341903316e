import type { Caller } from '@polycloud/auth';
import type { ClaimedProcess } from '../../dao/lease';
import type { OrderedWork } from '../../dao/order-view';

/** What a step works with. */
export interface StepContext {
  process: Readonly<ClaimedProcess['process']>;
  order: OrderedWork;
  /** How the order is to be paid. */
  payment: { gateway: string; source: string };
  /** The owner, on whose behalf everything is done. */
  owner: Caller;
  /** Results of the steps before, by their names. */
  results: Readonly<Record<string, unknown>>;
  /** How much of this step is done, 0 to 1. */
  progress: (fraction: number) => void;
  /** Aborted when the lease is lost or the worker stops. */
  signal: AbortSignal;
}

/**
 * One step. `do` may run more than once after a crash or a lost answer, so it must have its effect once (by the order's
 * id as idempotency key, or by overwriting); so must `undo`, also for a `do` that never happened.
 */
export interface Step {
  name: string;
  /** The process' percentage when the step is done. */
  percentage: number;
  do: (context: StepContext) => Promise<unknown>;
  undo?: (context: StepContext) => Promise<void>;
}

/** A saga is its steps, in order; a failed one runs the undo of those done, in reverse. `result` is what the client gets. */
export interface Saga {
  name: string;
  steps: readonly Step[];
  result: (results: Readonly<Record<string, unknown>>) => object;
}
