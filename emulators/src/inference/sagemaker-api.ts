import { createHash } from 'node:crypto';
import { AwsError } from '../aws/aws-error';
import { AwsRequest } from '../aws/aws-request';
import type { SignatureVerifier, SignedService } from '../aws/signature/verifier';
import { ok, parse, type Answer, type Exchange, type ProviderApi } from './exchange';
import { Refusal } from './failure';
import type { Job, JobState, JobStore } from './job-store';
import type { Endpoints } from './online';

const STATES: Record<JobState, string> = {
  queued: 'InProgress',
  running: 'InProgress',
  succeeded: 'Completed',
  failed: 'Failed',
  cancelled: 'Stopped',
};

const seconds = (time?: string) => (time === undefined ? undefined : Date.parse(time) / 1000);
const typed = (status: number, code: string, message: string) => new Refusal(status, code, message, { 'x-amzn-errortype': code });

const REFUSALS = {
  missing: () => typed(400, 'ValidationError', 'Endpoint missing of account 000000000000 not found.'),
  starting: () => typed(429, 'ModelNotReadyException', 'The model is starting.'),
  broken: () => typed(424, 'ModelError', 'Received client error (400) from the model.'),
};

interface TransformRequest {
  TransformJobName: string;
  ModelName: string;
  TransformInput: { ContentType: string; DataSource: { S3DataSource: { S3Uri: string } } };
  TransformOutput: { S3OutputPath: string };
}

/** SageMaker: invocations, and the transform jobs of its control plane. */
export class SageMakerApi implements ProviderApi {
  constructor(
    private readonly verifier: SignatureVerifier,
    private readonly jobs: JobStore,
    private readonly endpoints: Endpoints,
  ) {}

  async answer({ request, method, url, body }: Exchange): Promise<Answer> {
    const invoked = /^\/endpoints\/([^/]+)\/invocations$/.exec(url.pathname)?.[1];
    const operation = /^SageMaker\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1];
    if (method !== 'POST' || !(invoked ?? operation)) return undefined;
    this.verify(request, body);
    if (!invoked) return ok(await this.control(operation ?? '', body));
    const { instances = [] } = parse<{ instances?: Record<string, unknown>[] }>(body);
    const predictions = this.endpoints.predict(decodeURIComponent(invoked), instances, REFUSALS);
    return ok({ predictions }, { 'x-amzn-invoked-production-variant': 'AllTraffic' });
  }

  private async control(operation: string, body: string): Promise<unknown> {
    const request = parse<TransformRequest>(body);
    if (operation === 'CreateTransformJob') return this.create(request);
    if (operation === 'DescribeTransformJob') return describe(await this.jobs.advance(this.find(request)));
    if (operation === 'StopTransformJob') return void this.jobs.cancel(this.find(request));
    if (operation === 'ListTransformJobs') return { TransformJobSummaries: this.jobs.list('sagemaker').map(describe) };
    throw typed(400, 'UnknownOperationException', `${operation} is not emulated here.`);
  }

  private create({ TransformJobName: name, ModelName: model, TransformInput, TransformOutput }: TransformRequest) {
    if (this.jobs.find('sagemaker', name)) throw typed(400, 'ResourceInUse', `Job name must be unique: ${name}`);
    const { ContentType: contentType, DataSource } = TransformInput;
    const [input, output] = [DataSource.S3DataSource.S3Uri, TransformOutput.S3OutputPath];
    this.jobs.create({ provider: 'sagemaker', id: name, name, model, input, output, contentType });
    return { TransformJobArn: arnOf(name) };
  }

  private find({ TransformJobName: name }: TransformRequest): Job {
    const job = this.jobs.find('sagemaker', name);
    if (job) return job;
    throw typed(400, 'ValidationException', `Could not find requested job with name: ${name}`);
  }

  private verify(request: Exchange['request'], body: string): void {
    const bodyHash = createHash('sha256').update(body).digest('hex');
    try {
      // The verifier compares the scope of the signature with the service, whatever its name.
      this.verifier.verify(new AwsRequest(request), 'sagemaker' as SignedService, bodyHash);
    } catch (error) {
      if (error instanceof AwsError) throw typed(403, signatureCode(error.code), error.message);
      throw error;
    }
  }
}

/** S3 and the JSON services name the same refusals differently. */
function signatureCode(code: string): string {
  if (code === 'InvalidAccessKeyId') return 'UnrecognizedClientException';
  return code === 'SignatureDoesNotMatch' ? 'InvalidSignatureException' : 'AccessDeniedException';
}

const arnOf = (name: string) => `arn:aws:sagemaker:eu-central-1:000000000000:transform-job/${name}`;

const describe = (job: Job) => ({
  TransformJobName: job.name,
  TransformJobArn: arnOf(job.name),
  TransformJobStatus: STATES[job.state],
  ModelName: job.model,
  FailureReason: job.error,
  CreationTime: seconds(job.createdAt),
  TransformStartTime: seconds(job.startedAt),
  TransformEndTime: seconds(job.endedAt),
});
