import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A main file of a service as a process of its own, which can be killed; started again without its crash point when it was. */
export class ServiceProcess {
  /** Signals that ended it. */
  readonly killedBy: NodeJS.Signals[] = [];
  /** Functions that were entered, in order; only at the level debug. */
  readonly entered: string[] = [];
  private child!: ChildProcess;
  private isWanted = true;

  constructor(
    private readonly main: string,
    private readonly settings: Record<string, unknown>,
    /** What runs it, where that is not this Node alone. */
    private readonly runner: string[] = [],
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when it says that it is ready. */
  async start(own: Record<string, string> = {}): Promise<void> {
    this.isWanted = true;
    const env = { ...process.env, ...environmentOf(this.settings), ...own };
    const [command = '', ...args] = [...this.runner, process.execPath, join(__dirname, '..', this.main)];
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.child = child;
    createInterface({ input: child.stdout! }).on('line', (line) => this.read(line));
    child.once('exit', (_code, signal) => {
      if (signal) this.killedBy.push(signal);
      if (this.isWanted) void this.start();
    });
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
  }

  async stop(): Promise<void> {
    this.isWanted = false;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private read(line: string): void {
    const { message, function: name } = (line.startsWith('{') ? JSON.parse(line) : {}) as { message?: string; function?: string };
    if (message === 'entry' && name !== undefined) this.entered.push(name);
  }
}

/** Settings as an environment writes them. */
const environmentOf = (settings: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.join(',')];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
