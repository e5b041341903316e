import type { BatchState, BatchStatus, ModelRecord } from '../../batches';
import { HttpFailure, sendJson } from '../../http-json';
import { statusOf, type DriverBatch, type InferenceDriver } from '../../inference-driver';
import { sagemakerFailure } from './sagemaker-errors';
import { signedHeaders, type AwsCredentials } from './sigv4';

interface SageMakerSettings extends AwsCredentials {
  region: string;
  bucket: string;
  /** Overrides both addresses. */
  inferenceEndpoint?: string;
}

interface TransformJob {
  TransformJobStatus: string;
  FailureReason?: string;
  /** Seconds since 1970. */
  TransformStartTime?: number;
  TransformEndTime?: number;
}

const STATES: Record<string, BatchState> = {
  InProgress: 'running',
  Completed: 'succeeded',
  Failed: 'failed',
  Stopping: 'cancelling',
  Stopped: 'cancelled',
};

const dateOf = (seconds?: number) => (seconds === undefined ? undefined : new Date(seconds * 1000));

/** Amazon SageMaker: endpoints, and transform jobs whose unique name makes submitting repeatable. */
export class SageMaker implements InferenceDriver {
  readonly jobProgress = false;
  readonly jobCancel = true;
  readonly maxPayloadBytes = 6 * 1024 * 1024;
  readonly failureOf = sagemakerFailure;

  constructor(
    private readonly settings: SageMakerSettings,
    private readonly now: () => number,
  ) {}

  encode(records: readonly ModelRecord[]): string {
    return JSON.stringify({ instances: records });
  }

  async predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]> {
    const url = `${this.address('runtime')}/endpoints/${encodeURIComponent(endpoint)}/invocations`;
    const answer = await this.post(
      { url, body, headers: { 'content-type': 'application/json', accept: 'application/json' } },
      signal,
    );
    return (answer as { predictions?: unknown[] })?.predictions ?? [];
  }

  /** Options: `instanceType` (default ml.m5.large), `instanceCount` (default 1). */
  async submit({ jobId, model, input, output, contentType, options = {}, signal }: DriverBatch): Promise<string> {
    const source = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${this.settings.bucket}/${input}` } };
    const job = {
      TransformJobName: jobId,
      ModelName: model,
      TransformInput: { DataSource: source, ContentType: contentType, SplitType: 'Line' },
      TransformOutput: { S3OutputPath: `s3://${this.settings.bucket}/${output}`, AssembleWith: 'Line' },
      TransformResources: {
        InstanceType: options.instanceType ?? 'ml.m5.large',
        InstanceCount: Number(options.instanceCount ?? 1),
      },
    };
    try {
      await this.control('CreateTransformJob', job, signal);
    } catch (error) {
      const submittedBefore = error instanceof HttpFailure && sagemakerFailure(error).providerCode === 'ResourceInUse';
      if (!submittedBefore) throw error;
    }
    return jobId;
  }

  async status(job: string, signal: AbortSignal): Promise<BatchStatus> {
    const answer = (await this.control('DescribeTransformJob', { TransformJobName: job }, signal)) as TransformJob;
    const { TransformJobStatus, FailureReason, TransformStartTime, TransformEndTime } = answer;
    const { state, raw } = statusOf(STATES, TransformJobStatus);
    return {
      // The provider has no word for waiting.
      state: state === 'running' && TransformStartTime === undefined ? 'queued' : state,
      raw,
      error: state === 'failed' ? { code: raw, message: FailureReason ?? 'No reason given' } : undefined,
      startedAt: dateOf(TransformStartTime),
      endedAt: dateOf(TransformEndTime),
    };
  }

  async cancel(job: string, signal: AbortSignal): Promise<void> {
    await this.control('StopTransformJob', { TransformJobName: job }, signal);
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.control('ListTransformJobs', { MaxResults: 1 }, signal);
  }

  /** Every request is signed by itself. */
  renewLogin(): boolean {
    return false;
  }

  private control(operation: string, body: object, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `SageMaker.${operation}` };
    return this.post({ url: `${this.address('api')}/`, body: JSON.stringify(body), headers }, signal);
  }

  private post(request: { url: string; body: string; headers: Record<string, string> }, signal: AbortSignal): Promise<unknown> {
    const { region } = this.settings;
    const signable = { ...request, method: 'POST' as const };
    const headers = signedHeaders(signable, this.settings, { region, service: 'sagemaker', now: this.now() });
    return sendJson({ ...signable, headers, signal });
  }

  private address(plane: 'runtime' | 'api'): string {
    const { inferenceEndpoint, region } = this.settings;
    return inferenceEndpoint?.replace(/\/+$/, '') ?? `https://${plane}.sagemaker.${region}.amazonaws.com`;
  }
}
