import { transformFileSync } from '@swc/core';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const SOURCES = join(__dirname, '../../src/payment-sandbox');

export const KEYS = { secretKey: 'sandbox-key', webhookSecret: 'sandbox-webhook-secret' };

/** The sandbox as the process that it is: it can be killed, and started again on the same ledger. */
export class SandboxProcess {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly webhookUrl: string | undefined,
  ) {}

  /** Starts it with its program and its ledger in `folder`. */
  static async start(folder: string, webhookUrl?: string): Promise<SandboxProcess> {
    compileTo(join(folder, 'program'));
    const sandbox = new SandboxProcess(folder, await freePort(), webhookUrl);
    await sandbox.start();
    return sandbox;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get ledgerPath(): string {
    return join(this.folder, 'data', 'ledger.jsonl');
  }

  async start(): Promise<void> {
    const env = {
      ...{ EMULATOR_PORT: String(this.port), EMULATOR_DATA_DIR: join(this.folder, 'data') },
      ...{ SANDBOX_SECRET_KEY: KEYS.secretKey, SANDBOX_WEBHOOK_SECRET: KEYS.webhookSecret },
      ...(this.webhookUrl && { SANDBOX_WEBHOOK_URL: this.webhookUrl }),
    };
    this.child = fork(join(this.folder, 'program', 'server.js'), {
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(this.child, 'message');
  }

  /** Ends it with a signal; gives its exit code, or null when the signal killed it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}

/** A process needs JavaScript, and a test no build. */
function compileTo(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(SOURCES)) {
    const { code } = transformFileSync(join(SOURCES, name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(folder, name.replace(/\.ts$/, '.js')), code);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
