import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peakMiB } from '@polycloud/test-kit';
import type { Config } from '../src/config';

/** The service as a process of its own, as it runs in production, so that its memory can be told from the test's. */
export class ServiceProcess {
  url = '';
  private child!: ChildProcess;

  readonly start = async (config: Config) => {
    this.child = spawn(process.execPath, [join(__dirname, '../dist/server.js')], {
      env: { PATH: process.env.PATH, ...environmentOf(config), LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: this.child.stdout! })) {
      const { message, url } = JSON.parse(line) as { message: string; url?: string };
      if (message.startsWith('cannot start')) throw new Error(message);
      if (message !== 'listening') continue;
      this.url = url ?? '';
      break;
    }
    this.child.stdout?.resume();
    return { url: this.url, stop: () => this.stop() };
  };

  /** The most memory that it has held so far, MiB. */
  peakMiB(): number {
    return peakMiB(this.child.pid!);
  }

  private async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

/** Settings as the environment gives them. */
const environmentOf = (config: Config): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, textOf(value)]));

function textOf(value: Config[keyof Config]): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
