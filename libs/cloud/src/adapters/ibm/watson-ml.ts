import type { BatchState, BatchStatus, ModelRecord } from '../../batches';
import { sendJson, type HttpFailure, type JsonRequest } from '../../http-json';
import { DriverRefusal, requireOption, statusOf, type DriverBatch, type InferenceDriver } from '../../inference-driver';
import type { ProviderFailure } from '../../provider-failure';
import { tabulate } from '../../records-table';
import type { TokenCache } from '../../token-cache';

interface WatsonSettings {
  address: string;
  bucket: string;
  deploymentId?: string;
}

interface DeploymentJob {
  metadata: { id: string; name: string };
  entity: {
    scoring: {
      status: {
        state: string;
        running_at?: string;
        completed_at?: string;
        message?: { text?: string };
        failure?: { errors?: { code: string; message: string }[] };
      };
    };
  };
}

/** The version of the API that the answers below belong to. */
const VERSION = '2020-09-01';

const STATES: Record<string, BatchState> = {
  ...{ queued: 'queued', running: 'running', completed: 'succeeded', failed: 'failed', canceled: 'cancelled' },
};

const dateOf = (text?: string) => (text ? new Date(text) : undefined);

/** IBM watsonx.ai Runtime: deployments, and deployment jobs, which are found again by their name. */
export class WatsonMl implements InferenceDriver {
  readonly jobProgress = false;
  readonly jobCancel = true;
  readonly maxPayloadBytes = 5 * 1024 * 1024;

  constructor(
    private readonly settings: WatsonSettings,
    private readonly tokens: TokenCache,
  ) {}

  encode(records: readonly ModelRecord[]): string {
    const { columns, rows } = tabulate(records);
    return JSON.stringify({ input_data: [{ fields: columns, values: rows }] });
  }

  /** `default` is the deployment of the connection. */
  async predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]> {
    const url = `/ml/v4/deployments/${encodeURIComponent(this.deployment(endpoint))}/predictions`;
    const answer = (await this.send({ method: 'POST', url, body, signal })) as {
      predictions?: { fields: string[]; values: unknown[][] }[];
    };
    const { fields = [], values = [] } = answer?.predictions?.[0] ?? {};
    // A model with one output answers its value, as the models of the other clouds do.
    if (fields.length === 1) return values.map(([value]) => value);
    return values.map((row) => Object.fromEntries(fields.map((field, column) => [field, row[column]])));
  }

  /** Options: `spaceId`; `connectionId`, the space's connection asset for the user's bucket; `hardware` (default S). */
  async submit(batch: DriverBatch): Promise<string> {
    const space = requireOption(batch, 'spaceId');
    const { jobId, signal } = batch;
    const listed = await this.send({
      method: 'GET',
      url: `/ml/v4/deployment_jobs?space_id=${encodeURIComponent(space)}`,
      signal,
    });
    const earlier = (listed as { resources?: DeploymentJob[] })?.resources?.find(({ metadata }) => metadata.name === jobId);
    const request = {
      method: 'POST',
      url: '/ml/v4/deployment_jobs',
      body: JSON.stringify(this.jobOf(batch, space)),
      signal,
    } as const;
    const { metadata } = earlier ?? ((await this.send(request)) as DeploymentJob);
    return `${space}/${metadata.id}`;
  }

  async status(job: string, signal: AbortSignal): Promise<BatchStatus> {
    const { entity } = (await this.send({ method: 'GET', url: this.jobUrl(job), signal })) as DeploymentJob;
    const { state: raw, failure, message, running_at, completed_at } = entity.scoring.status;
    const { state } = statusOf(STATES, raw);
    const reason = failure?.errors?.[0] ?? { code: raw, message: message?.text ?? 'No reason given' };
    const error = state === 'failed' ? { code: reason.code, message: reason.message } : undefined;
    return { state, raw, error, startedAt: dateOf(running_at), endedAt: dateOf(completed_at) };
  }

  async cancel(job: string, signal: AbortSignal): Promise<void> {
    await this.send({ method: 'DELETE', url: this.jobUrl(job), signal });
  }

  /** A deployment cannot be asked for without its space, so this is the login alone. */
  async probe(): Promise<void> {
    await this.tokens.get();
  }

  renewLogin(): boolean {
    return this.tokens.drop();
  }

  failureOf({ status, json }: HttpFailure): ProviderFailure {
    const [error] = (json.errors ?? []) as { code?: string; message?: string }[];
    // The token service has its own form, and 400 for a key that it does not know.
    const providerCode = error?.code ?? (json.errorCode as string | undefined);
    const message = error?.message ?? (json.errorMessage as string | undefined);
    if (providerCode?.startsWith('BXNIM')) return { code: 'Unauthenticated', providerCode, message };
    if (/not_ready|initializing/i.test(providerCode ?? '')) return { code: 'ModelNotReady', providerCode, message };
    return { code: /scoring/i.test(providerCode ?? '') && status !== 404 ? 'ModelError' : undefined, providerCode, message };
  }

  private deployment(endpoint: string): string {
    if (endpoint !== 'default') return endpoint;
    if (this.settings.deploymentId) return this.settings.deploymentId;
    throw new DriverRefusal('the connection names no deploymentId');
  }

  private jobOf({ jobId, model, input, output, options = {} }: DriverBatch, space: string): object {
    const asset = { type: 'connection_asset', connection: options.connectionId ? { id: options.connectionId } : {} };
    const at = (key: string) => ({ ...asset, location: { bucket: this.settings.bucket, file_name: key } });
    return {
      name: jobId,
      space_id: space,
      deployment: { id: this.deployment(model) },
      hardware_spec: { name: options.hardware ?? 'S' },
      scoring: { input_data_references: [at(input)], output_data_reference: at(`${output}/predictions.csv`) },
    };
  }

  private jobUrl(job: string): string {
    const [space = '', id = ''] = job.split('/').map(encodeURIComponent);
    return `/ml/v4/deployment_jobs/${id}?space_id=${space}`;
  }

  private async send(request: JsonRequest): Promise<unknown> {
    const url = new URL(this.settings.address + request.url);
    url.searchParams.set('version', VERSION);
    const headers = { authorization: `Bearer ${await this.tokens.get()}`, 'content-type': 'application/json' };
    return sendJson({ ...request, url: url.href, headers });
  }
}
