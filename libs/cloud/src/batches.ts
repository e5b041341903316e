/** One row for a model: column name to value. */
export type ModelRecord = Record<string, unknown>;

/** What a model is asked at once. */
export interface PredictRequest {
  /** Endpoint name (AWS), deployment (Azure), endpoint id (Google), deployment id (IBM); `default` = the one of the connection (Azure, IBM). */
  endpoint: string;
  /** At least one. */
  records: readonly ModelRecord[];
  signal?: AbortSignal;
}

/** What the model says. */
export interface Prediction {
  /** One for each record, in its order, in the model's own form. */
  predictions: unknown[];
}

/** A job over an object of the user, carried out by his cloud. */
export interface BatchRequest {
  /** Lower-case letters, digits and dashes, 1-63; the same id never makes two jobs. */
  jobId: string;
  /** Model name (AWS, Google), batch endpoint (Azure), deployment id (IBM). */
  model: string;
  /** Key of the input object. */
  input: string;
  /** Folder, new for each job, that receives the results. */
  output: string;
  contentType: string;
  /** What only one cloud asks for, such as `instanceType`; see each adapter. */
  options?: Readonly<Record<string, string | number>>;
  signal?: AbortSignal;
}

/** A job in our words; `partial`: ended, and some of its input failed. */
export type BatchState = 'queued' | 'running' | 'paused' | 'cancelling' | 'succeeded' | 'partial' | 'failed' | 'cancelled';

/** Where a job stands. */
export interface BatchStatus {
  state: BatchState;
  /** The provider's own word. */
  raw: string;
  /** Absent when the cloud does not count. */
  progress?: { done: number; failed: number; total?: number };
  error?: { code: string; message: string };
  startedAt?: Date;
  endedAt?: Date;
}

/** True when a batch in this state will not change any more. */
export const isFinal = (state: BatchState): boolean => ['succeeded', 'partial', 'failed', 'cancelled'].includes(state);

/** What a job has written. */
export interface BatchResult {
  /** Keys of the output objects. */
  objects: string[];
  /** Keys of the objects that tell what failed, where the cloud writes such. */
  errors: string[];
}

/** One look at a part of the cloud; `code` is the CloudErrorCode of a failure. */
export interface HealthCheck {
  name: 'storage' | 'inference';
  ok: boolean;
  milliseconds: number;
  code?: string;
}

/** `degraded`: the data can be reached, inference cannot. */
export interface Health {
  status: 'up' | 'degraded' | 'down';
  checks: HealthCheck[];
}
