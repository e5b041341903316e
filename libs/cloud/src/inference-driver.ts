import type { BatchRequest, BatchStatus, PredictRequest } from './batches';

/** A batch with its objects as the cloud addresses them, with the user's prefix. */
export interface DriverBatch extends Omit<BatchRequest, 'signal'> {
  signal: AbortSignal;
}

/** What one cloud's machine-learning service differs in. Errors are `HttpFailure`. */
export interface InferenceDriver {
  readonly jobProgress: boolean;
  readonly jobCancel: boolean;
  /** Bytes of one prediction request. */
  readonly maxPayloadBytes: number;
  /** The request body that `predict` would send; measured before anything is sent. */
  encode(records: PredictRequest['records']): string;
  predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]>;
  /** The provider's id of the job; finds the job of an earlier try with the same `jobId`. */
  submit(batch: DriverBatch): Promise<string>;
  status(job: string, signal: AbortSignal): Promise<BatchStatus>;
  cancel(job: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the service answers for this connection. */
  probe(signal: AbortSignal): Promise<void>;
  /** Drops a cached login; false when there is none. */
  renewLogin(): boolean;
}
