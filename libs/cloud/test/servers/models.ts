import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudObjects, startInferenceEmulator, type InferenceCredentials } from '@polycloud/emulators';
import type { Harness, Models } from '../conformance/harness';

export interface ModelsOf extends Models {
  credentials: InferenceCredentials;
  /** Fields that lead the connection to the emulator at this address. */
  fields: (url: string) => Record<string, unknown>;
}

/** The same cloud with the emulated models beside its objects. */
export async function withModels(harness: Harness, { credentials, fields, ...models }: ModelsOf): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'models-'));
  const objects = cloudObjects({ [harness.provider]: harness.connection });
  const emulator = await startInferenceEmulator({ port: 0, dataDir, credentials, objects });
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
