import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFactory } from '@polycloud/cloud';
import { startInferenceEmulator, type InferenceCredentials, type InferenceObjects } from '@polycloud/emulators';
import { bytesOf, type Harness, type Models } from '../conformance/harness';

interface ModelsOf extends Models {
  credentials: InferenceCredentials;
  /** Fields that lead the connection to the emulator at this address. */
  fields: (url: string) => Record<string, unknown>;
}

/** The objects of the harness, for the jobs of the emulator. */
function objectsOf({ provider, connection, allowedEndpoints }: Harness): InferenceObjects {
  const open = () => CloudFactory.for(provider, connection, { allowedEndpoints });
  const { bucket, container } = connection as { bucket?: string; container?: string };
  const keyOf = (uri: string) => decodeURIComponent(uri.split(new RegExp(`/(?:${bucket ?? container}|paths)/`)).pop() ?? '');
  return {
    async read(uri) {
      const cloud = await open();
      return (await bytesOf((await cloud.read(keyOf(uri))).body)).toString();
    },
    async write(uri, text, contentType) {
      await (await open()).write(keyOf(uri), Buffer.from(text), { contentType });
    },
  };
}

/** The same cloud with the emulated models beside its objects. */
export async function withModels(harness: Harness, { credentials, fields, ...models }: ModelsOf): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'models-'));
  const emulator = await startInferenceEmulator({ port: 0, dataDir, credentials, objects: objectsOf(harness) });
  return {
    ...harness,
    connection: { ...harness.connection, ...fields(emulator.url) },
    allowedEndpoints: [...(harness.allowedEndpoints ?? []), new URL(emulator.url).host],
    models,
    async stop() {
      await emulator.stop();
      await rm(dataDir, { recursive: true });
      await harness.stop();
    },
  };
}
