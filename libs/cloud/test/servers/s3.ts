import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startAwsEmulator } from '@polycloud/emulators';
import type { Provider } from '@polycloud/contracts';
import type { Harness } from '../conformance/harness';
import { type ModelsOf, withModels } from './models';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret of the tests' };

const MODELS: Partial<Record<Provider, ModelsOf>> = {
  AWS: {
    credentials: { aws: [credentials] },
    fields: (inferenceEndpoint: string) => ({ inferenceEndpoint }),
    wrongModelSecret: { secretAccessKey: 'not the secret of this account' },
    brokenModel: 'broken',
  },
  IBM: {
    credentials: { ibmApiKeys: ['the api key'] },
    fields: (inferenceEndpoint: string) => ({ inferenceEndpoint, apiKey: 'the api key', deploymentId: 'scorer' }),
    wrongModelSecret: { apiKey: 'not the api key' },
    batchOptions: { spaceId: 'space-1' },
    brokenModel: 'broken',
  },
};

/** The emulator of S3 with one bucket, as the provider that is named. */
export async function startS3(provider: Provider): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-'));
  const emulator = await startAwsEmulator({ port: 0, dataDir, credentials: [credentials] });
  const client = new S3Client({ region, credentials: { ...credentials }, endpoint: emulator.url, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'data-bucket' }));
  client.destroy();
  const harness: Harness = {
    provider,
    connection: { region, bucket: 'data-bucket', endpoint: emulator.url, ...credentials },
    allowedEndpoints: [new URL(emulator.url).host],
    missingContainer: { bucket: 'no-such-bucket' },
    wrongSecret: { secretAccessKey: 'not the secret of this account' },
    async stop() {
      await emulator.stop();
      await rm(dataDir, { recursive: true });
    },
  };
  const models = MODELS[provider];
  return models ? withModels(harness, models) : harness;
}
