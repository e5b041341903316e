import type { BatchState, BatchStatus, ModelRecord } from '../../batches';
import { sendJson, type HttpFailure, type JsonRequest } from '../../http-json';
import { DriverRefusal, statusOf, type DriverBatch, type InferenceDriver } from '../../inference-driver';
import type { ProviderFailure } from '../../provider-failure';
import type { TokenCache } from '../../token-cache';

interface VertexSettings {
  projectId: string;
  location: string;
  bucket: string;
  inferenceEndpoint?: string;
}

interface VertexJob {
  name: string;
  state: string;
  error?: { code?: number; message?: string };
  completionStats?: { successfulCount?: string; failedCount?: string; incompleteCount?: string };
  startTime?: string;
  endTime?: string;
}

const STATES: Record<string, BatchState> = {
  ...{ JOB_STATE_QUEUED: 'queued', JOB_STATE_PENDING: 'queued', JOB_STATE_RUNNING: 'running', JOB_STATE_UPDATING: 'running' },
  ...{ JOB_STATE_PAUSED: 'paused', JOB_STATE_CANCELLING: 'cancelling', JOB_STATE_CANCELLED: 'cancelled' },
  ...{ JOB_STATE_SUCCEEDED: 'succeeded', JOB_STATE_PARTIALLY_SUCCEEDED: 'partial' },
  ...{ JOB_STATE_FAILED: 'failed', JOB_STATE_EXPIRED: 'failed' },
};

const FORMATS: Record<string, string> = { 'text/csv': 'csv', 'application/x-ndjson': 'jsonl', 'application/jsonl': 'jsonl' };
const LABEL = 'polycloud-job';

const dateOf = (text?: string) => (text === undefined ? undefined : new Date(text));

/** Google Vertex AI: endpoints, and batch prediction jobs, which are found again by a label since they take no id. */
export class VertexAi implements InferenceDriver {
  readonly jobProgress = true;
  readonly jobCancel = true;
  readonly maxPayloadBytes = 1.5 * 1024 * 1024;

  constructor(
    private readonly settings: VertexSettings,
    private readonly tokens: TokenCache,
  ) {}

  encode(records: readonly ModelRecord[]): string {
    return JSON.stringify({ instances: records });
  }

  async predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]> {
    const answer = await this.send({ method: 'POST', url: `endpoints/${endpoint}:predict`, body, signal });
    return (answer as { predictions?: unknown[] })?.predictions ?? [];
  }

  /** Option: `machineType` (default n1-standard-4). */
  async submit(batch: DriverBatch): Promise<string> {
    const { jobId, signal } = batch;
    const filter = encodeURIComponent(`labels.${LABEL}="${jobId}"`);
    const found = (await this.send({ method: 'GET', url: `batchPredictionJobs?filter=${filter}`, signal })) as {
      batchPredictionJobs?: VertexJob[];
    };
    const request = { method: 'POST', url: 'batchPredictionJobs', body: JSON.stringify(this.jobOf(batch)), signal } as const;
    const { name } = found?.batchPredictionJobs?.[0] ?? ((await this.send(request)) as VertexJob);
    return name.split('/').pop() ?? name;
  }

  async status(job: string, signal: AbortSignal): Promise<BatchStatus> {
    const answer = (await this.send({
      method: 'GET',
      url: `batchPredictionJobs/${encodeURIComponent(job)}`,
      signal,
    })) as VertexJob;
    const { error, completionStats: stats, startTime, endTime } = answer;
    const [done, failed, left] = [stats?.successfulCount, stats?.failedCount, stats?.incompleteCount].map((count) =>
      Number(count ?? 0),
    );
    // -1 says that the provider does not know how many are left.
    const total = left !== undefined && left >= 0 ? (done ?? 0) + (failed ?? 0) + left : undefined;
    return {
      ...statusOf(STATES, answer.state),
      progress: stats && { done: done ?? 0, failed: failed ?? 0, total },
      error: error && { code: String(error.code ?? 'UNKNOWN'), message: error.message ?? 'No reason given' },
      startedAt: dateOf(startTime),
      endedAt: dateOf(endTime),
    };
  }

  async cancel(job: string, signal: AbortSignal): Promise<void> {
    await this.send({ method: 'POST', url: `batchPredictionJobs/${encodeURIComponent(job)}:cancel`, body: '{}', signal });
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.send({ method: 'GET', url: 'endpoints?pageSize=1', signal });
  }

  renewLogin(): boolean {
    return this.tokens.drop();
  }

  failureOf({ json }: HttpFailure): ProviderFailure {
    const { status, message } = (json.error ?? {}) as { status?: string; message?: string };
    const undeployed = status === 'FAILED_PRECONDITION' && /deployed/i.test(message ?? '');
    const refusedByModel = status === 'INVALID_ARGUMENT' && /container|model server/i.test(message ?? '');
    const code = undeployed
      ? 'ModelNotReady'
      : refusedByModel
        ? 'ModelError'
        : status === 'FAILED_PRECONDITION'
          ? 'PreconditionFailed'
          : undefined;
    return { code, providerCode: status, message, retryable: undeployed ? false : undefined };
  }

  private jobOf({ jobId, model, input, output, contentType, options = {} }: DriverBatch): object {
    const instancesFormat = FORMATS[contentType];
    if (!instancesFormat) throw new DriverRefusal(`contentType is none of ${Object.keys(FORMATS).join(', ')}`);
    const { bucket } = this.settings;
    return {
      displayName: jobId,
      model: `${this.parent()}/models/${model}`,
      labels: { [LABEL]: jobId },
      inputConfig: { instancesFormat, gcsSource: { uris: [`gs://${bucket}/${input}`] } },
      outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: `gs://${bucket}/${output}` } },
      dedicatedResources: { machineSpec: { machineType: options.machineType ?? 'n1-standard-4' }, startingReplicaCount: 1 },
    };
  }

  private parent(): string {
    return `projects/${this.settings.projectId}/locations/${this.settings.location}`;
  }

  /** `url` is relative to the project's location. */
  private async send(request: JsonRequest): Promise<unknown> {
    const { inferenceEndpoint, location } = this.settings;
    const origin = inferenceEndpoint?.replace(/\/+$/, '') ?? `https://${location}-aiplatform.googleapis.com`;
    const headers = { authorization: `Bearer ${await this.tokens.get()}`, 'content-type': 'application/json' };
    return sendJson({ ...request, url: `${origin}/v1/${this.parent()}/${request.url}`, headers });
  }
}
