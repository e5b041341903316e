import type { Account } from './accounts';
import { startGoogleEmulator } from './emulator';

const {
  EMULATOR_PORT = '4443',
  EMULATOR_DATA_DIR = '.local/google',
  EMULATOR_ACCOUNTS = '[]',
  EMULATOR_BUCKETS = '',
} = process.env;

async function main(): Promise<void> {
  const emulator = await startGoogleEmulator({
    port: Number(EMULATOR_PORT),
    dataDir: EMULATOR_DATA_DIR,
    accounts: JSON.parse(EMULATOR_ACCOUNTS) as Account[],
    buckets: EMULATOR_BUCKETS.split(',').filter(Boolean),
  });
  console.log(`Google emulator on ${emulator.url}`);
  process.send?.('ready');
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`The emulator cannot start: ${error.message}\n`);
  process.exit(1);
});
