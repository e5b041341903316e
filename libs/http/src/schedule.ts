import { runInContext } from '@polycloud/context';
import type { Logger } from '@polycloud/logger';
import { newId } from './request-id';

/** Work that is done again and again. */
export interface Job {
  name: string;
  /** Pause between two runs, milliseconds. */
  pauseMs: number;
  run: () => Promise<unknown>;
}

/** Runs jobs, each never beside itself; a run that fails is logged, and the next one comes all the same. */
export class Schedule {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly logger: Logger) {}

  start(jobs: Job[]): void {
    for (const job of jobs) this.wait(job);
  }

  /** Starts no more runs and waits for those under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }

  private wait(job: Job): void {
    if (this.stopped) return;
    const begin = () => {
      const run = runInContext({ requestId: newId() }, () => this.runOnce(job)).finally(() => {
        this.running.delete(run);
        this.wait(job);
      });
      this.running.add(run);
    };
    this.timers.set(job.name, setTimeout(begin, job.pauseMs));
  }

  private async runOnce({ name, run }: Job): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.logger.error(`the job ${name} failed`, { error });
    }
  }
}
