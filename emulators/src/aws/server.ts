import { parseArgs } from 'node:util';
import { startAwsEmulator } from './emulator';
import type { Credential } from './signature/verifier';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.EMULATOR_PORT ?? '4566' },
    'data-dir': { type: 'string', default: process.env.EMULATOR_DATA_DIR ?? '.local/aws' },
    credentials: { type: 'string', default: process.env.EMULATOR_CREDENTIALS ?? '' },
  },
});

const log = (event: string, details: object): void => void process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);

function parseCredentials(text: string): Credential[] {
  const credentials = text.split(',').map((pair) => /^([^:]+):(.+)$/.exec(pair.trim()));
  if (credentials.includes(null)) throw new Error('EMULATOR_CREDENTIALS must be id:secret[,id:secret...]');
  return credentials.map((match) => ({ accessKeyId: match![1]!, secretAccessKey: match![2]! }));
}

async function main(): Promise<void> {
  const emulator = await startAwsEmulator({
    port: Number(values.port),
    dataDir: values['data-dir'],
    credentials: parseCredentials(values.credentials),
  });
  const stop = (signal: string): void => {
    emulator.stop().then(
      () => log('stopped', { signal }),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  log('started', { url: emulator.url, dataDir: values['data-dir'] });
  process.send?.('ready');
}

function fail(error: unknown): void {
  const { code, message } = error as NodeJS.ErrnoException;
  process.stderr.write(`${code === 'EADDRINUSE' ? `Port ${values.port} is taken: the AWS emulator cannot start` : message}\n`);
  process.exit(1);
}

main().catch(fail);
