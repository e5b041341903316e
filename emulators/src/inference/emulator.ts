import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SignatureVerifier, type Credential } from '../aws/signature/verifier';
import { Accounts, type Account } from '../google/accounts';
import { readBody } from '../google/multipart';
import { AzureMlApi } from './azure-ml-api';
import type { Answer, ProviderApi } from './exchange';
import { Refusal } from './failure';
import { JobStore, type Objects } from './job-store';
import { Endpoints } from './online';
import { SageMakerApi } from './sagemaker-api';
import { VertexApi } from './vertex-api';
import { WatsonApi } from './watson-api';

/** Who may ask; nobody else is answered. */
export interface InferenceCredentials {
  aws?: readonly Credential[];
  azureKeys?: readonly string[];
  google?: readonly Account[];
  ibmApiKeys?: readonly string[];
}

export interface InferenceEmulatorOptions {
  host?: string;
  /** 0: any free port. */
  port: number;
  /** Jobs live here, and survive a restart. */
  dataDir: string;
  credentials: InferenceCredentials;
  /** Lets batch jobs read their input and write their output. */
  objects?: Objects;
}

export interface InferenceEmulator {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** SageMaker, Azure Machine Learning, Vertex AI and watsonx.ai Runtime at one address, with one model that adds numbers. */
export async function startInferenceEmulator(options: InferenceEmulatorOptions): Promise<InferenceEmulator> {
  const { host = '127.0.0.1', port } = options;
  const apis = openApis(options);
  const server = createServer((request, response) => void handle({ request, response, apis }));
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function openApis({ dataDir, credentials, objects }: InferenceEmulatorOptions): ProviderApi[] {
  const { aws = [], azureKeys = [], google = [], ibmApiKeys = [] } = credentials;
  mkdirSync(dataDir, { recursive: true });
  const jobs = new JobStore(join(dataDir, 'jobs'), objects);
  const accounts = new Accounts(join(dataDir, 'accounts.json'));
  accounts.register(google);
  return [
    new SageMakerApi(new SignatureVerifier(aws), jobs, new Endpoints()),
    new AzureMlApi(new Set(azureKeys), jobs, new Endpoints()),
    new VertexApi(accounts, jobs, new Endpoints()),
    new WatsonApi(new Set(ibmApiKeys), jobs, new Endpoints()),
  ];
}

async function handle({
  request,
  response,
  apis,
}: {
  request: IncomingMessage;
  response: ServerResponse;
  apis: ProviderApi[];
}): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const exchange = { request, url, method: request.method ?? 'GET', body: (await readBody(request)).toString() };
    let answer: Answer;
    for (const api of apis) answer ??= await api.answer(exchange);
    send(response, answer ?? { status: 404, body: { message: 'No such address.' } });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', String(error));
    send(response, { status: refusal.status, headers: refusal.headers, body: bodyOf(refusal) });
  }
}

/** Each provider reads the field that is its own and ignores the others'. */
const bodyOf = ({ status, code, message }: Refusal) => ({
  ...{ __type: code, message },
  error: { code, message, status: code },
  errors: [{ code, message }],
  ...(code === 'ModelError' && { OriginalStatusCode: 400, OriginalMessage: message }),
  status_code: String(status),
});

function send(response: ServerResponse, { status, headers, body }: NonNullable<Answer>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
