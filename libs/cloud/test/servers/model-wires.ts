import type { CloudDeps } from '@polycloud/cloud';
import type { Provider } from '@polycloud/contracts';
import { answer, json, type Step } from './scripted';
import { type Faulty, openFaulty, privateKey } from './wires';

/** What a machine-learning service says on the wire, for scripts of answers that no emulator gives. */
export interface ModelWire {
  provider: Provider;
  connection: (url: string) => object;
  /** Answers to the login, which comes before the first request. */
  login: Step[];
  /** The prediction 1 for one record. */
  scored: Step;
  /** A model that is not there yet. */
  starting: Step;
  batchOptions?: Record<string, string>;
  /** What is asked before a job is submitted, while there is none and when there is one of this name already. */
  search: (jobId?: string) => Step[];
  /** The answer to the submission of a job; absent where the refusal of a name that is taken takes the place of a search. */
  submitted: Step;
}

export const token = (value = 't', seconds = 3600): Step =>
  json({ access_token: value, expiration: Math.floor(Date.now() / 1000) + seconds });

const s3 = { region: 'eu-de', bucket: 'data-bucket', accessKeyId: 'id', secretAccessKey: 'top secret' };
const predictions = json({ predictions: [1] });
const error = (status: number, code: string, message: string): Step => json({ error: { code, status: code, message } }, status);

const aws: ModelWire = {
  provider: 'AWS',
  connection: (inferenceEndpoint) => ({ ...s3, inferenceEndpoint }),
  login: [],
  scored: predictions,
  starting: answer(429, '{}', { 'x-amzn-errortype': 'ModelNotReadyException' }),
  search: (jobId) => (jobId ? [json({ __type: 'ResourceInUse', message: 'Job name must be unique' }, 400)] : []),
  submitted: json({ TransformJobArn: 'arn:job' }),
};

const azure: ModelWire = {
  provider: 'AZURE',
  connection: (url) => ({
    ...{ accountName: 'account', accountKey: 'a2V5', container: 'data' },
    ...{ scoringUri: `${url}/score`, scoringKey: 'scoring key' },
  }),
  login: [],
  scored: predictions,
  starting: error(404, 'NotFound', 'The endpoint has no deployment with positive weight.'),
  batchOptions: { datastore: '/datastores/users' },
  search: (name) => [json({ value: name ? [{ id: 'jobs/1', properties: { name } }] : [] })],
  submitted: json({ id: 'jobs/1', properties: {} }, 201),
};

const google: ModelWire = {
  provider: 'GOOGLE',
  connection: (inferenceEndpoint) => ({
    ...{ projectId: 'project', bucket: 'data-bucket', clientEmail: 'a@b.iam.gserviceaccount.com', privateKey },
    ...{ location: 'europe-west4', inferenceEndpoint },
  }),
  login: [],
  scored: predictions,
  starting: error(400, 'FAILED_PRECONDITION', 'The Endpoint has no deployed model.'),
  search: (name) => [json(name ? { batchPredictionJobs: [{ name: 'jobs/1', labels: { 'polycloud-job': name } }] } : {})],
  submitted: json({ name: 'jobs/1' }),
};

const ibm: ModelWire = {
  provider: 'IBM',
  connection: (inferenceEndpoint) => ({ ...s3, apiKey: 'api key', deploymentId: 'scorer', inferenceEndpoint }),
  login: [token()],
  scored: json({ predictions: [{ fields: ['prediction'], values: [[1]] }] }),
  starting: json({ errors: [{ code: 'deployment_not_ready', message: 'The deployment is initializing.' }] }, 409),
  batchOptions: { spaceId: 'space' },
  search: (name) => [json({ resources: name ? [{ metadata: { id: '1', name } }] : [] })],
  submitted: json({ metadata: { id: '1', name: 'n' } }, 202),
};

export const modelWires = { AWS: aws, AZURE: azure, GOOGLE: google, IBM: ibm };

export interface FaultyModels extends Faulty {
  /** What was asked beside the login. */
  asked: () => string[];
}

/** An adapter whose models answer with the given steps, beginning with the login. */
export async function openModels(wire: ModelWire, steps: Step[], deps: Partial<CloudDeps> = {}): Promise<FaultyModels> {
  const faulty = await openFaulty(wire, steps, deps);
  return { ...faulty, asked: () => faulty.server.requests.filter((request) => !request.includes('/identity/token')) };
}
