import { generateKeyPairSync } from 'node:crypto';
import { CloudFactory, type BatchStatus, type CloudAdapter, type CloudDeps } from '@polycloud/cloud';
import { codeOf, failure } from './conformance/harness';
import { answer, json, reset, startScripted, type Scripted } from './servers/scripted';

type Steps = Parameters<typeof startScripted>;

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const s3 = { region: 'eu-de', bucket: 'data-bucket', accessKeyId: 'id', secretAccessKey: 'top secret' };
const records = [{ a: 1 }];
const predictions = json({ predictions: [1] });

/** Connections whose models are at the given address. */
const CONNECTIONS: Record<string, (url: string) => object> = {
  AWS: (inferenceEndpoint) => ({ ...s3, inferenceEndpoint }),
  AZURE: (url) => ({
    accountName: 'account',
    accountKey: 'a2V5',
    container: 'data',
    scoringUri: `${url}/score`,
    scoringKey: 'scoring key',
  }),
  GOOGLE: (inferenceEndpoint) => ({
    ...{ projectId: 'project', bucket: 'data-bucket', clientEmail: 'a@b.iam.gserviceaccount.com', privateKey },
    ...{ location: 'europe-west4', inferenceEndpoint },
  }),
  IBM: (inferenceEndpoint) => ({ ...s3, apiKey: 'api key', deploymentId: 'scorer', inferenceEndpoint }),
};

let server: Scripted;
let cloud: CloudAdapter;

async function open(provider: string, steps: Steps, deps: Partial<CloudDeps> = {}): Promise<CloudAdapter> {
  server = await startScripted(...steps);
  const allowedEndpoints = [server.host];
  const connection = CONNECTIONS[provider]?.(server.url);
  cloud = await CloudFactory.for(provider, connection, { allowedEndpoints, baseDelayMs: 1, ...deps });
  return cloud;
}

afterEach(async () => {
  await cloud.close();
  await server.stop();
});

const predict = () => cloud.predict({ endpoint: 'scorer', records });

describe('faulty models', () => {
  it.each(['AWS', 'AZURE', 'GOOGLE'])('of %s are asked again after a broken connection and a 503', async (provider) => {
    await open(provider, [reset, answer(503), predictions]);
    expect(await predict()).toEqual({ predictions: [1] });
    expect(server.requests).toHaveLength(3);
  });

  it.each(['AWS', 'AZURE', 'GOOGLE'])('of %s are asked once when they answer 400', async (provider) => {
    await open(provider, [answer(400, '<html>')]);
    expect(await failure(predict())).toMatchObject({ code: 'InvalidArgument', httpStatus: 400 });
    expect(server.requests).toHaveLength(1);
  });

  it('are given up when they do not answer in time', async () => {
    await open('AWS', [() => undefined], { timeoutMs: 50, attempts: 1 });
    expect(await codeOf(predict())).toBe('Timeout');
  });

  it('do not lead the credentials elsewhere', async () => {
    await open('AZURE', [answer(302, '', { location: 'http://127.0.0.1:1/' })], { attempts: 1 });
    expect(await failure(predict())).toMatchObject({ operation: 'predict' });
    expect(server.requests).toHaveLength(1);
  });

  it('that answer HTML or too few values are an error, never a prediction', async () => {
    await open('AWS', [answer(200, '<html>'), json({ predictions: [] })]);
    expect(await codeOf(predict())).toBe('Internal');
    expect(await codeOf(predict())).toBe('ModelError');
  });

  it('are asked again after a fault of their container', async () => {
    const fault = { OriginalStatusCode: 500, message: 'out of memory' };
    await open('AWS', [answer(424, JSON.stringify(fault), { 'x-amzn-errortype': 'ModelError' }), predictions]);
    expect(await predict()).toEqual({ predictions: [1] });
  });

  it('follow a throttled SageMaker, which says 400', async () => {
    await open('AWS', [answer(400, '{"__type":"com.amazon#ThrottlingException"}'), predictions]);
    expect(await predict()).toEqual({ predictions: [1] });
  });
});

describe('the login of IBM', () => {
  const token = (value: string, seconds = 3600) =>
    json({ access_token: value, expiration: Math.floor(Date.now() / 1000) + seconds });
  const scored = json({ predictions: [{ fields: ['prediction'], values: [[1]] }] });

  it('is made once for ten calls at once', async () => {
    await open('IBM', [token('t'), scored]);
    await Promise.all(Array.from({ length: 10 }, predict));
    expect(server.requests.filter((request) => request.includes('/identity/token'))).toHaveLength(1);
    expect(server.requests).toHaveLength(11);
  });

  it('is renewed once when a token is refused', async () => {
    await open('IBM', [token('old'), answer(401), token('new'), scored]);
    expect(await predict()).toEqual({ predictions: [1] });
    expect(server.requests).toHaveLength(4);
  });

  it('fails when the new token is refused as well', async () => {
    await open('IBM', [token('old'), answer(401), token('new'), answer(401)]);
    expect(await codeOf(predict())).toBe('Unauthenticated');
    expect(server.requests).toHaveLength(4);
  });

  it('is renewed before a token ends, and goes on with it when that fails', async () => {
    await open('IBM', [token('short', 60), scored, answer(400), scored]);
    await predict();
    expect(await predict()).toEqual({ predictions: [1] });
    expect(server.requests[2]).toContain('/identity/token');
  });

  it('says that a key is not known, and does not show it', async () => {
    await open('IBM', [json({ errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found: api key' }, 400)]);
    const error = await failure(predict());
    expect(error).toMatchObject({ code: 'Unauthenticated', providerCode: 'BXNIM0415E' });
    expect(error.message).not.toContain('api key');
  });
});

describe('the states of batches', () => {
  const vertex = (state: string) => json({ name: 'jobs/1', state });
  const azure = (status: string) => json({ id: 'jobs/1', properties: { status } });
  const sagemaker = (TransformJobStatus: string) => json({ TransformJobStatus, TransformStartTime: 1 });
  const watson = (state: string) => json({ metadata: { id: '1', name: 'n' }, entity: { scoring: { status: { state } } } });
  const id = Buffer.from(JSON.stringify(['space/job', 'out'])).toString('base64url');
  const token = json({ access_token: 't', expiration: 4_000_000_000 });

  const status = async (provider: string, step: Steps[number]): Promise<BatchStatus> => {
    await open(provider, provider === 'IBM' ? [token, step] : [step]);
    return cloud.batchStatus(id);
  };

  it.each([
    ...['QUEUED queued', 'PENDING queued', 'RUNNING running', 'UPDATING running', 'PAUSED paused', 'CANCELLING cancelling'],
    ...[
      'CANCELLED cancelled',
      'SUCCEEDED succeeded',
      'PARTIALLY_SUCCEEDED partial',
      'FAILED failed',
      'EXPIRED failed',
      'NEW_ONE running',
    ],
  ])('of Vertex: %s', async (pair) => {
    const [raw, state] = pair.split(' ');
    expect(await status('GOOGLE', vertex(`JOB_STATE_${raw}`))).toMatchObject({ state, raw: `JOB_STATE_${raw}` });
  });

  it.each([
    ...['NotStarted queued', 'Queued queued', 'Starting running', 'Provisioning running', 'Preparing running', 'Running running'],
    ...['Finalizing running', 'NotResponding running', 'Unknown running', 'Paused paused', 'CancelRequested cancelling'],
    ...['Completed succeeded', 'Failed failed', 'Canceled cancelled', 'NewOne running', 'constructor running'],
  ])('of Azure: %s', async (pair) => {
    const [raw = '', state] = pair.split(' ');
    expect(await status('AZURE', azure(raw))).toMatchObject({ state, raw });
  });

  it.each([
    'InProgress running',
    'Completed succeeded',
    'Failed failed',
    'Stopping cancelling',
    'Stopped cancelled',
    'NewOne running',
  ])('of SageMaker: %s', async (pair) => {
    const [raw = '', state] = pair.split(' ');
    expect(await status('AWS', sagemaker(raw))).toMatchObject({ state, raw });
  });

  it('of SageMaker: in progress, not yet started', async () => {
    expect(await status('AWS', json({ TransformJobStatus: 'InProgress' }))).toMatchObject({ state: 'queued' });
  });

  it.each(['queued queued', 'running running', 'completed succeeded', 'failed failed', 'canceled cancelled', 'new_one running'])(
    'of IBM: %s',
    async (pair) => {
      const [raw = '', state] = pair.split(' ');
      expect(await status('IBM', watson(raw))).toMatchObject({ state, raw });
    },
  );

  it('leave progress out when the rest is not known, and read numbers given as text', async () => {
    const counts = { successfulCount: '12', failedCount: '3', incompleteCount: '-1' };
    const running = await status('GOOGLE', json({ name: 'jobs/1', state: 'JOB_STATE_RUNNING', completionStats: counts }));
    expect(running.progress).toEqual({ done: 12, failed: 3, total: undefined });
  });
});
