import { ok, parse, type Answer, type Exchange, type ProviderApi } from './exchange';
import { Refusal } from './failure';
import type { Job, JobState, JobStore } from './job-store';
import { records } from './model';
import type { Endpoints } from './online';

const STATES: Record<JobState, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
};

const REFUSALS = {
  missing: () => new Refusal(404, 'NotFound', 'No such deployment.'),
  starting: () => new Refusal(404, 'NotFound', 'The endpoint has no deployment with positive weight.'),
  broken: () =>
    new Refusal(424, 'ModelFailure', 'The container answered 400.', {
      'ms-azureml-model-error-statuscode': '400',
      'ms-azureml-model-error-reason': 'bad input',
    }),
};

interface BatchRequest {
  properties: { name?: string; InputData: Record<string, { Uri: string }>; OutputData: Record<string, { Uri: string }> };
}

/** Azure Machine Learning: `/score` of an online endpoint and `/jobs` of a batch endpoint. */
export class AzureMlApi implements ProviderApi {
  constructor(
    private readonly keys: ReadonlySet<string>,
    private readonly jobs: JobStore,
    private readonly endpoints: Endpoints,
  ) {}

  async answer({ request, method, url, body }: Exchange): Promise<Answer> {
    const [, kind, id] = /^\/(score|jobs)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!kind) return undefined;
    this.authenticate(request.headers.authorization);
    if (kind === 'score') return this.score(method, String(request.headers['azureml-model-deployment'] ?? 'default'), body);
    if (method === 'POST') return { status: 201, body: describe(this.create(parse<BatchRequest>(body))) };
    if (id === undefined) return ok({ value: this.jobs.list('azureml').map(describe) });
    const job = this.jobs.find('azureml', decodeURIComponent(id));
    if (!job) throw new Refusal(404, 'UserError', `Job ${id} was not found.`);
    return ok(describe(await this.jobs.advance(job)));
  }

  private score(method: string, deployment: string, body: string): Answer {
    if (method !== 'POST') throw new Refusal(405, 'MethodNotAllowed', 'POST records to this address.');
    const { input_data: { columns = [], data = [] } = {} } = parse<{ input_data?: { columns?: string[]; data?: unknown[][] } }>(
      body,
    );
    return ok(this.endpoints.predict(deployment, records(columns, data), REFUSALS), { 'azureml-model-deployment': deployment });
  }

  private create({ properties: { name = '', InputData, OutputData } }: BatchRequest): Job {
    const [input, output] = [Object.values(InputData)[0]?.Uri ?? '', Object.values(OutputData)[0]?.Uri ?? ''];
    const contentType = input.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson';
    return this.jobs.create({ provider: 'azureml', name, model: name.split('-')[0] ?? '', input, output, contentType });
  }

  private authenticate(authorization = ''): void {
    if (!this.keys.has(authorization.replace(/^Bearer /, ''))) throw new Refusal(401, 'Unauthorized', 'The key is not valid.');
  }
}

const describe = (job: Job) => ({
  id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/batchEndpoints/e/jobs/${job.id}`,
  name: job.id,
  properties: {
    name: job.name,
    status: STATES[job.state],
    provisioningState: 'Succeeded',
    error: job.error && { code: 'UserError', message: job.error },
  },
});
