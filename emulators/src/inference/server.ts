import { startInferenceEmulator, type InferenceCredentials } from './emulator';

const { EMULATOR_PORT = '4600', EMULATOR_DATA_DIR = '.local/inference', EMULATOR_CREDENTIALS = '{}' } = process.env;

async function main(): Promise<void> {
  const credentials = JSON.parse(EMULATOR_CREDENTIALS) as InferenceCredentials;
  const emulator = await startInferenceEmulator({ port: Number(EMULATOR_PORT), dataDir: EMULATOR_DATA_DIR, credentials });
  console.log(`Inference emulator on ${emulator.url}`);
  process.send?.('ready');
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`The emulator cannot start: ${error.message}\n`);
  process.exit(1);
});
