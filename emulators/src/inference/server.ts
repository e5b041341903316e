import type { Account } from '../google/accounts';
import { cloudObjects } from './cloud-objects';
import { startInferenceEmulator } from './emulator';

/**
 * The first two of the credentials are in the forms that the emulators of AWS and Google take them; EMULATOR_CLOUDS is a
 * connection by provider, where batch jobs find their objects.
 */
const {
  EMULATOR_PORT = '4571',
  EMULATOR_DATA_DIR = '.local/inference',
  EMULATOR_CREDENTIALS = '',
  EMULATOR_ACCOUNTS = '[]',
  EMULATOR_AZURE_KEYS = '',
  EMULATOR_IBM_API_KEYS = '',
  EMULATOR_CLOUDS = '{}',
} = process.env;

const list = (text: string) => text.split(',').filter(Boolean);

function awsCredential(pair: string) {
  const [accessKeyId = '', ...secret] = pair.split(':');
  return { accessKeyId, secretAccessKey: secret.join(':') };
}

async function main(): Promise<void> {
  const emulator = await startInferenceEmulator({
    port: Number(EMULATOR_PORT),
    dataDir: EMULATOR_DATA_DIR,
    credentials: {
      aws: list(EMULATOR_CREDENTIALS).map(awsCredential),
      google: JSON.parse(EMULATOR_ACCOUNTS) as Account[],
      azureKeys: list(EMULATOR_AZURE_KEYS),
      ibmApiKeys: list(EMULATOR_IBM_API_KEYS),
    },
    objects: cloudObjects(JSON.parse(EMULATOR_CLOUDS) as Parameters<typeof cloudObjects>[0]),
  });
  console.log(`Inference emulator on ${emulator.url}`);
  process.send?.('ready');
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`The emulator cannot start: ${error.message}\n`);
  process.exit(1);
});
