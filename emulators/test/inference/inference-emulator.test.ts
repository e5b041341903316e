import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFactory, type CloudAdapter } from '@polycloud/cloud';
import { startInferenceEmulator, type InferenceEmulator } from '@polycloud/emulators';

const aws = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret of the tests' };
const batch = { jobId: 'job-1', model: 'scorer', input: 'in.csv', output: 'out', contentType: 'text/csv' };

let dataDir: string;
let emulator: InferenceEmulator;

const start = () => startInferenceEmulator({ port: 0, dataDir, credentials: { aws: [aws] } });
const open = (fields: object = {}): Promise<CloudAdapter> => {
  const connection = { region: 'eu-central-1', bucket: 'data-bucket', ...aws, inferenceEndpoint: emulator.url, ...fields };
  return CloudFactory.for('AWS', connection, { allowedEndpoints: [new URL(emulator.url).host], attempts: 1 });
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inference-'));
  emulator = await start();
});

afterEach(async () => {
  await emulator.stop();
  await rm(dataDir, { recursive: true });
});

describe('the inference emulator', () => {
  it('adds the numbers of a record', async () => {
    const records = [{ a: 0.1, b: '0.2', c: 'text', d: null }, {}];
    expect(await (await open()).predict({ endpoint: 'any', records })).toEqual({ predictions: [0.3, 0] });
  });

  it('has its jobs after a restart', async () => {
    const { id } = await (await open()).submitBatch(batch);
    expect(await (await open()).batchStatus(id)).toMatchObject({ state: 'running' });
    await emulator.stop();
    emulator = await start();
    expect(await (await open()).batchStatus(id)).toMatchObject({ state: 'succeeded' });
    expect(await (await open()).batchStatus(id)).toMatchObject({ state: 'succeeded' });
  });

  it('verifies the signature of a request', async () => {
    const forged = await open({ secretAccessKey: 'another secret' });
    await expect(forged.submitBatch(batch)).rejects.toMatchObject({
      code: 'Unauthenticated',
      providerCode: 'InvalidSignatureException',
    });
    const stranger = await open({ accessKeyId: 'NOBODY' });
    await expect(stranger.submitBatch(batch)).rejects.toMatchObject({ providerCode: 'UnrecognizedClientException' });
  });

  it('answers nobody of a cloud for which it was given no credentials', async () => {
    const statuses = [
      '/score',
      '/v1/projects/p/locations/l/endpoints/1:predict',
      '/ml/v4/deployments/1/predictions?version=1',
    ].map(async (path) => (await fetch(emulator.url + path, { method: 'POST', body: '{}' })).status);
    expect(await Promise.all(statuses)).toEqual([401, 401, 401]);
  });

  it('answers 404 to an address of no cloud', async () => {
    expect((await fetch(`${emulator.url}/elsewhere`)).status).toBe(404);
  });
});
