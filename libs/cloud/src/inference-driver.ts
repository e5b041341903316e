import type { BatchRequest, BatchState, BatchStatus, ModelRecord } from './batches';
import type { HttpFailure } from './http-json';
import type { ProviderFailure } from './provider-failure';

/** A batch whose keys are whole, with the user's prefix. */
export interface DriverBatch extends Omit<BatchRequest, 'signal'> {
  signal: AbortSignal;
}

/** What one cloud's machine-learning service differs in. It throws HttpFailure, or DriverRefusal before it asks. */
export interface InferenceDriver {
  readonly jobProgress: boolean;
  readonly jobCancel: boolean;
  /** Bytes of one prediction request. */
  readonly maxPayloadBytes: number;
  /** The body that `predict` sends; it is measured before anything is sent. */
  encode(records: readonly ModelRecord[]): string;
  predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]>;
  /** The provider's id of the job; finds the job of an earlier try with the same `jobId`. */
  submit(batch: DriverBatch): Promise<string>;
  status(job: string, signal: AbortSignal): Promise<BatchStatus>;
  cancel(job: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the service answers for this connection; reads only. */
  probe(signal: AbortSignal): Promise<void>;
  failureOf(failure: HttpFailure): ProviderFailure;
  /** Drops a cached login; false when there is none. */
  renewLogin(): boolean;
}

/** A request that a driver does not even send. */
export class DriverRefusal extends Error {
  readonly code = 'InvalidArgument';
}

/** The value of an option that this cloud cannot do without. */
export function requireOption({ options }: DriverBatch, name: string): string {
  const value = options?.[name];
  if (value === undefined || value === '') throw new DriverRefusal(`options.${name} is missing`);
  return String(value);
}

/** Our state for the provider's word; one that we do not know counts as running, so that polling goes on. */
export function statusOf(states: Readonly<Record<string, BatchState>>, raw: string): Pick<BatchStatus, 'state' | 'raw'> {
  return { state: Object.hasOwn(states, raw) ? (states[raw] ?? 'running') : 'running', raw };
}
