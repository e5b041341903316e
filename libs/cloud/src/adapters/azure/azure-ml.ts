import type { BatchState, BatchStatus, ModelRecord } from '../../batches';
import { HttpFailure, sendJson, type JsonRequest } from '../../http-json';
import { DriverRefusal, requireOption, statusOf, type DriverBatch, type InferenceDriver } from '../../inference-driver';
import type { ProviderFailure } from '../../provider-failure';
import { tabulate } from '../../records-table';

interface AzureMlSettings {
  scoringUri: string;
  scoringKey: string;
  /** Address of the user's container. */
  containerUrl: string;
}

interface MlJob {
  id: string;
  name?: string;
  properties: {
    status?: string;
    name?: string;
    error?: { code?: string; message?: string };
    startTime?: string;
    endTime?: string;
  };
}

const STATES: Record<string, BatchState> = {
  ...{ NotStarted: 'queued', Queued: 'queued' },
  ...{ Starting: 'running', Provisioning: 'running', Preparing: 'running', Running: 'running', Finalizing: 'running' },
  ...{ NotResponding: 'running', Unknown: 'running', Paused: 'paused', CancelRequested: 'cancelling' },
  ...{ Completed: 'succeeded', Failed: 'failed', Canceled: 'cancelled' },
};

const AZURE_HOST = /^[^.]+(\.[a-z0-9-]+\.inference\.ml\.azure\.com)$/;

/** Azure Machine Learning: online endpoints, and batch endpoints, which accept a Microsoft Entra token only. */
export class AzureMl implements InferenceDriver {
  readonly jobProgress = false;
  /** Cancelling belongs to the control plane, which this connection has no login for. */
  readonly jobCancel = false;
  readonly maxPayloadBytes = 1.5 * 1024 * 1024;

  constructor(private readonly settings: AzureMlSettings) {}

  /** The form of MLflow models. */
  encode(records: readonly ModelRecord[]): string {
    const { columns, rows } = tabulate(records);
    return JSON.stringify({ input_data: { columns, index: rows.map((_row, index) => index), data: rows } });
  }

  /** `endpoint` names the deployment; `default` leaves it to the endpoint's traffic rules. */
  async predict(endpoint: string, body: string, signal: AbortSignal): Promise<unknown[]> {
    const deployment: Record<string, string> = endpoint === 'default' ? {} : { 'azureml-model-deployment': endpoint };
    const answer = await this.send({ method: 'POST', url: this.settings.scoringUri, headers: deployment, body, signal });
    const { predictions = [] } = Array.isArray(answer)
      ? { predictions: answer as unknown[] }
      : (answer as { predictions?: unknown[] });
    return predictions;
  }

  /** `model` names the batch endpoint. Option: `datastore`, the ARM id of the datastore that is the user's container. */
  async submit(batch: DriverBatch): Promise<string> {
    const { jobId, model, input, output, signal } = batch;
    const jobs = this.jobsUri(model);
    const datastore = requireOption(batch, 'datastore');
    const earlier = await this.find(jobs, jobId, signal);
    const properties = {
      name: jobId,
      InputData: { input: { JobInputType: 'UriFile', Uri: this.addressOf(input) } },
      OutputData: { output: { JobOutputType: 'UriFolder', Uri: `${datastore}/paths/${output}` } },
    };
    const request = { method: 'POST', url: jobs, body: JSON.stringify({ properties }), signal } as const;
    const { id } = earlier ?? ((await this.send(request)) as MlJob);
    return `${model}/${id.split('/').pop()}`;
  }

  async status(job: string, signal: AbortSignal): Promise<BatchStatus> {
    const [model = '', id = ''] = job.split('/');
    const { properties } = (await this.send({
      method: 'GET',
      url: `${this.jobsUri(model)}/${encodeURIComponent(id)}`,
      signal,
    })) as MlJob;
    const { state, raw } = statusOf(STATES, properties.status ?? 'Unknown');
    const { code = raw, message = 'No reason given' } = properties.error ?? {};
    return { state, raw, error: state === 'failed' ? { code, message } : undefined };
  }

  cancel(): Promise<void> {
    return Promise.reject(new DriverRefusal('a batch endpoint cannot cancel'));
  }

  /** A scoring address takes no GET, so any answer but a refusal or a fault shows that it lives. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.send({ method: 'GET', url: this.settings.scoringUri, signal }).catch((error: unknown) => {
      const alive = error instanceof HttpFailure && error.status < 500 && ![401, 403, 429].includes(error.status);
      if (!alive) throw error;
    });
  }

  /** Keys are given, not issued. */
  renewLogin(): boolean {
    return false;
  }

  failureOf({ status, headers, json, text }: HttpFailure): ProviderFailure {
    const { code, message } = (json.error ?? {}) as { code?: string; message?: string };
    const reason = headers.get('ms-azureml-model-error-reason') ?? message ?? text.split('\n')[0];
    const container = Number(headers.get('ms-azureml-model-error-statuscode'));
    if (status === 424)
      return {
        providerCode: code,
        message: reason,
        httpStatus: container || status,
        code: 'ModelError',
        retryable: container >= 500,
      };
    const starting = status === 404 && /positive weight/i.test(reason ?? '');
    return {
      code: starting ? 'ModelNotReady' : undefined,
      providerCode: code,
      message: reason,
      retryable: starting ? false : undefined,
    };
  }

  private async find(jobs: string, jobId: string, signal: AbortSignal): Promise<MlJob | undefined> {
    for (let url: string | undefined = jobs; url;) {
      const page = (await this.send({ method: 'GET', url, signal })) as { value?: MlJob[]; nextLink?: string };
      const found = page.value?.find(({ name, properties }) => (properties.name ?? name) === jobId);
      if (found) return found;
      // The key goes with the request, so a link elsewhere is not followed.
      url = page.nextLink && new URL(page.nextLink).origin === new URL(jobs).origin ? page.nextLink : undefined;
    }
    return undefined;
  }

  /** Each batch endpoint has a host of its own beside that of the online endpoint; a server of one's own has one for all. */
  private jobsUri(model: string): string {
    const { host, origin } = new URL(this.settings.scoringUri);
    const domain = AZURE_HOST.exec(host)?.[1];
    return domain ? `https://${model}${domain}/jobs` : `${origin}/jobs`;
  }

  private addressOf(key: string): string {
    return [this.settings.containerUrl, ...key.split('/').map(encodeURIComponent)].join('/');
  }

  private send(request: JsonRequest): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${this.settings.scoringKey}`,
      'content-type': 'application/json',
      ...request.headers,
    };
    return sendJson({ ...request, headers });
  }
}
