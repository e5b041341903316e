import {
  isFinal,
  type BatchRequest,
  type BatchResult,
  type BatchStatus,
  type Health,
  type HealthCheck,
  type Prediction,
  type PredictRequest,
} from './batches';
import type { Capabilities } from './capabilities';
import { decodeBatchId, encodeBatchId } from './batch-id';
import type { Call } from './call-runner';
import { CloudError } from './cloud-error';
import { CloudStorage } from './cloud-storage';
import { HttpFailure } from './http-json';
import { DriverRefusal, type InferenceDriver } from './inference-driver';
import { retryAfterMs, type ProviderFailure } from './provider-failure';
import { batchDefect, predictDefect } from './request-defects';

/**
 * A user's cloud: his objects and his models, the same for every provider. Made by CloudFactory; keys never leave the
 * user's prefix; every call has a deadline, safe retries and fails with a CloudError only.
 */
export abstract class CloudAdapter extends CloudStorage {
  /** Undefined when the connection names no machine-learning service. */
  protected abstract readonly inference: InferenceDriver | undefined;

  /** What this cloud can do with this connection. */
  get capabilities(): Readonly<Capabilities> {
    const { jobProgress = false, jobCancel = false, maxPayloadBytes = 0 } = this.inference ?? {};
    return { ...this.storageTraits, inference: !!this.inference, jobProgress, jobCancel, maxSyncPayloadBytes: maxPayloadBytes };
  }

  /** Inference at once. TooLarge when the records do not fit one request, ModelError when the model refuses them. */
  async predict({ endpoint, records, signal }: PredictRequest): Promise<Prediction> {
    const call = this.accept({ operation: 'predict', subject: endpoint, signal }, predictDefect({ endpoint, records }));
    const driver = this.requireInference(call);
    const body = driver.encode(records);
    if (Buffer.byteLength(body) > driver.maxPayloadBytes) throw this.runner.error('TooLarge', call);
    const predictions = await this.runner.run(call, (deadline) => driver.predict(endpoint, body, deadline.signal));
    if (predictions.length === records.length) return { predictions };
    throw this.runner.error('ModelError', call, { message: `${records.length} records gave ${predictions.length} predictions` });
  }

  /** Starts a job over an object; the id works in any process. Submitting the same `jobId` again gives the same job. */
  async submitBatch({ signal, ...batch }: BatchRequest): Promise<{ id: string }> {
    const call = this.accept({ operation: 'submitBatch', subject: batch.jobId, signal }, batchDefect(batch));
    const driver = this.requireInference(call);
    const [input, output] = [this.folder.whole(batch.input), this.folder.whole(batch.output)];
    const job = await this.runner.run(call, (deadline) => driver.submit({ ...batch, input, output, signal: deadline.signal }));
    return { id: encodeBatchId({ job, output: batch.output }) };
  }

  /** Where a job stands; a state that we do not know counts as running. */
  async batchStatus(id: string, signal?: AbortSignal): Promise<BatchStatus> {
    const { call, job, driver } = this.openBatch('batchStatus', id, signal);
    return this.runner.run(call, (deadline) => driver.status(job, deadline.signal));
  }

  /** Asks a job to stop; one that has ended stays as it is. */
  async cancelBatch(id: string, signal?: AbortSignal): Promise<void> {
    const { call, job, driver } = this.openBatch('cancelBatch', id, signal);
    if (!driver.jobCancel) throw this.runner.error('NotSupported', call);
    const { state } = await this.batchStatus(id, signal);
    if (!isFinal(state)) await this.runner.run(call, (deadline) => driver.cancel(job, deadline.signal));
  }

  /** The keys that a job wrote. PreconditionFailed until it has succeeded, at least in part. */
  async batchResult(id: string, signal?: AbortSignal): Promise<BatchResult> {
    const { call, output } = this.openBatch('batchResult', id, signal);
    const { state } = await this.batchStatus(id, signal);
    if (state !== 'succeeded' && state !== 'partial') {
      throw this.runner.error('PreconditionFailed', call, { message: `the batch is ${state}` });
    }
    const keys: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.list({ prefix: `${output}/`, limit: 1000, cursor, signal });
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor;
    }
    const tellsErrors = (key: string) => /(^|\/)errors_[^/]*$/.test(key);
    return { objects: keys.filter((key) => !tellsErrors(key)), errors: keys.filter(tellsErrors) };
  }

  /** How the cloud does, by reading only and within one deadline; never rejects. */
  async health(): Promise<Health> {
    const driver = this.inference;
    const checks = await Promise.all([
      this.measure('storage', () => this.reach({ operation: 'health', attempts: 1 })),
      ...(driver ? [this.measure('inference', () => this.probeInference(driver))] : []),
    ]);
    const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    return { status: failed.includes('storage') ? 'down' : failed.length ? 'degraded' : 'up', checks };
  }

  /** Closes sockets; every later call is refused. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.release();
  }

  private async measure(name: HealthCheck['name'], check: () => Promise<void>): Promise<HealthCheck> {
    const started = this.deps.now();
    const code = await check().then(
      () => undefined,
      (error: CloudError) => error.code,
    );
    return { name, ok: code === undefined, milliseconds: this.deps.now() - started, code };
  }

  private async probeInference(driver: InferenceDriver): Promise<void> {
    await this.runner.run(this.accept({ operation: 'health', attempts: 1 }), (deadline) => driver.probe(deadline.signal));
  }

  private openBatch(operation: string, id: string, signal?: AbortSignal) {
    const batch = decodeBatchId(id);
    const call = this.accept({ operation, subject: batch?.job, signal }, batch ? undefined : 'id is not of a batch');
    return { call, driver: this.requireInference(call), job: batch?.job ?? '', output: batch?.output ?? '' };
  }

  private requireInference(call: Call): InferenceDriver {
    if (this.inference) return this.inference;
    throw this.runner.error('NotSupported', call, { hint: 'Register the cloud again with its machine-learning service.' });
  }

  /** Errors of the models come over plain HTTP, those of the storage from an SDK. */
  protected override readFailure(error: unknown): ProviderFailure {
    if (error instanceof DriverRefusal) return { code: error.code, message: error.message };
    if (!(error instanceof HttpFailure) || !this.inference) return super.readFailure(error);
    const { status: httpStatus, headers } = error;
    const waitMs = retryAfterMs(headers.get('retry-after'), this.deps.now());
    const requestId = headers.get('x-request-id') ?? headers.get('x-amzn-requestid') ?? undefined;
    return { httpStatus, retryAfterMs: waitMs, requestId, ...this.inference.failureOf(error) };
  }

  protected override renewLogin(): boolean {
    return this.inference?.renewLogin() ?? false;
  }
}
