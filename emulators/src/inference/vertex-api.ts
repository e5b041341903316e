import type { Accounts } from '../google/accounts';
import { GoogleFailure } from '../google/failures';
import { ok, parse, type Answer, type Exchange, type ProviderApi } from './exchange';
import { Refusal } from './failure';
import type { Job, JobState, JobStore } from './job-store';
import type { Endpoints } from './online';

const STATES: Record<JobState, string> = {
  queued: 'JOB_STATE_PENDING',
  running: 'JOB_STATE_RUNNING',
  succeeded: 'JOB_STATE_SUCCEEDED',
  failed: 'JOB_STATE_FAILED',
  cancelled: 'JOB_STATE_CANCELLED',
};

const REFUSALS = {
  missing: () => new Refusal(404, 'NOT_FOUND', 'The Endpoint does not exist.'),
  starting: () => new Refusal(400, 'FAILED_PRECONDITION', 'The Endpoint has no deployed model.'),
  broken: () => new Refusal(400, 'INVALID_ARGUMENT', 'The container refused the instances.'),
};

interface JobRequest {
  displayName: string;
  model: string;
  inputConfig: { instancesFormat: string; gcsSource: { uris: string[] } };
  outputConfig: { gcsDestination: { outputUriPrefix: string } };
}

/** Vertex AI: `:predict` of endpoints, and batch prediction jobs with their counts. */
export class VertexApi implements ProviderApi {
  constructor(
    private readonly accounts: Accounts,
    private readonly jobs: JobStore,
    private readonly endpoints: Endpoints,
  ) {}

  async answer({ request, method, url, body }: Exchange): Promise<Answer> {
    const [, parent, kind, id, verb] =
      /^\/v1\/(projects\/[^/]+\/locations\/[^/]+)\/(\w+)(?:\/([^/:]+))?(?::(\w+))?$/.exec(url.pathname) ?? [];
    if (!parent) return undefined;
    this.authenticate(request.headers.authorization);
    if (kind === 'endpoints' && verb === 'predict') return this.predict(id ?? '', body);
    if (kind === 'endpoints') return ok({ endpoints: [] });
    const shown = (job: Job) => describe(job, parent);
    if (id === undefined && method === 'POST') return ok(shown(this.create(parse<JobRequest>(body))));
    if (id === undefined) return ok({ batchPredictionJobs: this.filtered(url).map(shown) });
    const job = this.jobs.find('vertex', id);
    if (!job) throw new Refusal(404, 'NOT_FOUND', `The BatchPredictionJob ${id} does not exist.`);
    if (verb !== 'cancel') return ok(shown(await this.jobs.advance(job)));
    this.jobs.cancel(job);
    return ok({});
  }

  private predict(endpoint: string, body: string): Answer {
    const { instances = [] } = parse<{ instances?: Record<string, unknown>[] }>(body);
    return ok({ predictions: this.endpoints.predict(endpoint, instances, REFUSALS), deployedModelId: '1' });
  }

  private create({ displayName: name, model, inputConfig, outputConfig }: JobRequest): Job {
    const contentType = inputConfig.instancesFormat === 'csv' ? 'text/csv' : 'application/x-ndjson';
    const [input = '', output] = [inputConfig.gcsSource.uris[0], outputConfig.gcsDestination.outputUriPrefix];
    return this.jobs.create({ provider: 'vertex', name, model: model.split('/').pop() ?? '', input, output, contentType });
  }

  /** Understands `labels.<name>="<value>"`; the label is the client's name of the job. */
  private filtered(url: URL): Job[] {
    const wanted = /="([^"]*)"/.exec(url.searchParams.get('filter') ?? '')?.[1];
    return this.jobs.list('vertex').filter(({ name }) => wanted === undefined || name === wanted);
  }

  private authenticate(authorization?: string): void {
    try {
      this.accounts.authenticate(authorization);
    } catch (error) {
      if (error instanceof GoogleFailure) throw new Refusal(401, 'UNAUTHENTICATED', error.message);
      throw error;
    }
  }
}

const describe = (job: Job, parent: string) => ({
  name: `${parent}/batchPredictionJobs/${job.id}`,
  displayName: job.name,
  labels: { 'polycloud-job': job.name },
  state: STATES[job.state],
  startTime: job.startedAt,
  endTime: job.endedAt,
  error: job.error && { code: 3, message: job.error },
  // 64-bit integers are text; -1 says that the rest is not known.
  completionStats: job.startedAt && {
    successfulCount: String(job.done),
    failedCount: '0',
    incompleteCount: job.state === 'succeeded' ? '0' : '-1',
  },
});
