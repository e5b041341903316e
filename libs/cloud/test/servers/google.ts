import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGoogleEmulator } from '@polycloud/emulators';
import type { Harness } from '../conformance/harness';
import { withModels } from './models';

const newKey = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** The emulator of Cloud Storage, with one bucket and one service account. */
export async function startGoogle(): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'google-'));
  const clientEmail = 'tester@polycloud.iam.gserviceaccount.com';
  const { publicKey, privateKey } = newKey();
  const emulator = await startGoogleEmulator({
    port: 0,
    dataDir,
    accounts: [{ clientEmail, publicKey }],
    buckets: ['data-bucket'],
  });
  const harness: Harness = {
    provider: 'GOOGLE',
    connection: { projectId: 'polycloud', bucket: 'data-bucket', clientEmail, privateKey, endpoint: emulator.url },
    allowedEndpoints: [new URL(emulator.url).host],
    missingContainer: { bucket: 'no-such-bucket' },
    wrongSecret: { privateKey: newKey().privateKey },
    async stop() {
      await emulator.stop();
      await rm(dataDir, { recursive: true });
    },
  };
  return withModels(harness, {
    credentials: { google: [{ clientEmail, publicKey }] },
    fields: (inferenceEndpoint) => ({ inferenceEndpoint, location: 'europe-west4' }),
    wrongModelSecret: { privateKey: newKey().privateKey },
    brokenModel: 'broken',
  });
}
