import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { Harness } from '../conformance/harness';
import { withModels } from './models';

/** The account that every Azurite knows. */
const accountName = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const FLAGS = [
  '--blobHost',
  '127.0.0.1',
  '--blobPort',
  '0',
  '--inMemoryPersistence',
  '--skipApiVersionCheck',
  '--disableTelemetry',
  '--silent',
];

async function listening(output: AsyncIterable<Buffer>): Promise<string> {
  let seen = '';
  for await (const chunk of output) {
    seen += chunk.toString();
    const address = /listens on (http:\/\/\S+)/.exec(seen)?.[1];
    if (address) return address;
  }
  throw new Error(`Azurite did not start: ${seen}`);
}

/** Microsoft's own emulator of Blob Storage, in memory on a free port, with one container. */
export async function startAzurite(): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const child = spawn(process.execPath, [require.resolve('azurite/dist/src/blob/main.js'), ...FLAGS], { cwd: folder });
  const endpoint = `${await listening(child.stdout)}/${accountName}`;
  await new ContainerClient(`${endpoint}/data`, new StorageSharedKeyCredential(accountName, accountKey)).create();
  const harness: Harness = {
    provider: 'AZURE',
    connection: { accountName, accountKey, container: 'data', endpoint },
    allowedEndpoints: [new URL(endpoint).host],
    missingContainer: { container: 'nowhere' },
    wrongSecret: { accountKey: Buffer.from('not the key of this account').toString('base64') },
    wrongSecretCode: 'PermissionDenied',
    async stop() {
      child.kill();
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
  return withModels(harness, {
    credentials: { azureKeys: ['the scoring key'] },
    fields: (url) => ({ scoringUri: `${url}/score`, scoringKey: 'the scoring key' }),
    wrongModelSecret: { scoringKey: 'not the scoring key' },
    batchOptions: { datastore: '/subscriptions/s/datastores/users' },
    brokenModel: 'broken',
  });
}
