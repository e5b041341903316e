import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CREDENTIALS } from './emulator-under-test';

const ROOT = join(__dirname, '../../..');

/** Compiles the emulators, as the process under test is the one that is shipped. */
export function buildEmulators(): void {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-b', 'emulators'], { cwd: ROOT });
}

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  output: string[];
  errors: string[];
  exited: Promise<number | null>;
}

/** Starts the emulator as a process of its own; resolves when it is ready or has ended. */
export async function startServer(dataDir: string, port = 0): Promise<ServerProcess> {
  const child = fork(join(ROOT, 'emulators/dist/aws/server.js'), {
    silent: true,
    env: {
      ...process.env,
      EMULATOR_PORT: String(port),
      EMULATOR_DATA_DIR: dataDir,
      EMULATOR_CREDENTIALS: `${CREDENTIALS.accessKeyId}:${CREDENTIALS.secretAccessKey},other:secret`,
    },
  });
  const [output, errors]: string[][] = [[], []];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => output!.push(text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => errors!.push(text));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  await Promise.race([once(child, 'message'), exited]);
  const started = output!.join('').split('\n')[0];
  const { url } = started ? (JSON.parse(started) as { url: string }) : { url: '' };
  return { child, url, output: output!, errors: errors!, exited };
}
