import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsEmulator, startAwsEmulator } from '@polycloud/emulators';

export const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' };

/** Clients of the emulator at this address; they try once, so a test sees each refusal. */
export function clientsFor(url: string, credentials = CREDENTIALS): { s3: S3Client; sqs: SQSClient; sns: SNSClient } {
  const settings = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return { s3: new S3Client({ ...settings, forcePathStyle: true }), sqs: new SQSClient(settings), sns: new SNSClient(settings) };
}

export interface EmulatorUnderTest extends ReturnType<typeof clientsFor> {
  emulator: AwsEmulator;
  dataDir: string;
  restart(): Promise<void>;
  end(): Promise<void>;
}

/** An emulator on a free port with a directory of its own. */
export async function startUnderTest(): Promise<EmulatorUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aws-emulator-'));
  const start = (): Promise<AwsEmulator> => startAwsEmulator({ port: 0, dataDir, credentials: [CREDENTIALS] });
  const emulator = await start();
  const under: EmulatorUnderTest = {
    emulator,
    dataDir,
    ...clientsFor(emulator.url),
    restart: async () => {
      destroyClients(under);
      await under.emulator.stop();
      under.emulator = await start();
      Object.assign(under, clientsFor(under.emulator.url));
    },
    end: async () => {
      destroyClients(under);
      await under.emulator.stop();
      await rm(dataDir, { recursive: true });
    },
  };
  return under;
}

function destroyClients({ s3, sqs, sns }: ReturnType<typeof clientsFor>): void {
  for (const client of [s3, sqs, sns]) client.destroy();
}
