import { ok, parse, type Answer, type Exchange, type ProviderApi } from './exchange';
import { Refusal } from './failure';
import type { Job, JobStore } from './job-store';
import { records } from './model';
import type { Endpoints } from './online';

const TOKEN_SECONDS = 3600;

const STATES = { queued: 'queued', running: 'running', succeeded: 'completed', failed: 'failed', cancelled: 'canceled' } as const;

const REFUSALS = {
  missing: () => new Refusal(404, 'deployment_does_not_exist', 'The deployment does not exist.'),
  starting: () => new Refusal(409, 'deployment_not_ready', 'The deployment is initializing.'),
  broken: () => new Refusal(400, 'scoring_error', 'The model could not score the input.'),
};

interface Reference {
  location: { bucket: string; file_name: string };
}

interface JobRequest {
  name: string;
  space_id: string;
  deployment: { id: string };
  scoring: { input_data_references: Reference[]; output_data_reference: Reference };
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const uriOf = ({ location }: Reference) => `cos://${location.bucket}/${location.file_name}`;

/** IBM Cloud: the token service, and watsonx.ai Runtime with its deployments and deployment jobs. */
export class WatsonApi implements ProviderApi {
  constructor(
    private readonly apiKeys: ReadonlySet<string>,
    private readonly jobs: JobStore,
    private readonly endpoints: Endpoints,
  ) {}

  async answer({ request, method, url, body }: Exchange): Promise<Answer> {
    if (url.pathname === '/identity/token') return this.token(body);
    const [, deployment] = /^\/ml\/v4\/deployments\/([^/]+)\/predictions$/.exec(url.pathname) ?? [];
    const [, jobs, id] = /^\/ml\/v4\/(deployment_jobs)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (!deployment && !jobs) return undefined;
    authenticate(request.headers.authorization);
    if (!url.searchParams.has('version')) throw new Refusal(400, 'missing_query_parameter', 'version is missing.');
    if (deployment) return this.predict(decodeURIComponent(deployment), body);
    if (method === 'POST') return { status: 202, body: describe(this.create(parse<JobRequest>(body))) };
    if (!url.searchParams.has('space_id')) throw new Refusal(400, 'missing_query_parameter', 'space_id is missing.');
    if (id === undefined) return ok({ resources: this.jobs.list('watson').map(describe) });
    const job = this.jobs.find('watson', decodeURIComponent(id));
    if (!job) throw new Refusal(404, 'job_does_not_exist', `The job ${id} does not exist.`);
    if (method !== 'DELETE') return ok(describe(await this.jobs.advance(job)));
    this.jobs.cancel(job);
    return { status: 204 };
  }

  /** The SDKs want a token that can be decoded, with its times. */
  private token(body: string): Answer {
    if (!this.apiKeys.has(new URLSearchParams(body).get('apikey') ?? '')) {
      return { status: 400, body: { errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found.' } };
    }
    const iat = Math.floor(Date.now() / 1000);
    const exp = iat + TOKEN_SECONDS;
    const token = `${encode({ alg: 'none' })}.${encode({ iat, exp })}.emulated`;
    return ok({
      access_token: token,
      refresh_token: 'not_supported',
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      expiration: exp,
    });
  }

  private predict(deployment: string, body: string): Answer {
    const { input_data: [input] = [] } = parse<{ input_data?: { fields: string[]; values: unknown[][] }[] }>(body);
    const scores = this.endpoints.predict(deployment, records(input?.fields ?? [], input?.values ?? []), REFUSALS);
    return ok({ predictions: [{ fields: ['prediction'], values: scores.map((score) => [score]) }] });
  }

  private create({ name, deployment, scoring }: JobRequest): Job {
    const [input] = scoring.input_data_references;
    if (!input) throw new Refusal(400, 'missing_input', 'input_data_references is empty.');
    const contentType = input.location.file_name.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson';
    const output = uriOf(scoring.output_data_reference).replace(/\/[^/]*$/, '');
    return this.jobs.create({ provider: 'watson', name, model: deployment.id, input: uriOf(input), output, contentType });
  }
}

function authenticate(authorization = ''): void {
  const [, claims = '', seal] = authorization.replace(/^Bearer /, '').split('.');
  const { exp = 0 } = seal === 'emulated' ? parse<{ exp?: number }>(Buffer.from(claims, 'base64url').toString()) : {};
  if (exp * 1000 < Date.now()) throw new Refusal(401, 'authentication_token_not_valid', 'The token is not valid.');
}

const describe = (job: Job) => ({
  metadata: { id: job.id, name: job.name, created_at: job.createdAt },
  entity: {
    deployment: { id: job.model },
    scoring: {
      status: {
        state: STATES[job.state],
        running_at: job.startedAt ?? '',
        completed_at: job.endedAt ?? '',
        ...(job.error && { failure: { trace: job.id, errors: [{ code: 'job_failed', message: job.error }] } }),
      },
    },
  },
});
