import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreLines } from './model';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** A batch job, whatever the provider's words for it. */
export interface Job {
  id: string;
  provider: string;
  /** The client's own name for it. */
  name: string;
  model: string;
  state: JobState;
  input: string;
  output: string;
  contentType: string;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  error?: string;
  /** Records scored. */
  done: number;
}

/** Where the jobs read and write; without it they only change their state. */
export interface Objects {
  read(uri: string): Promise<string>;
  write(uri: string, text: string, contentType: string): Promise<void>;
}

const isFinal = (state: JobState) => state !== 'queued' && state !== 'running';

/** Jobs as files. A job moves on by one state each time it is asked for, so what a client sees does not depend on a clock. */
export class JobStore {
  constructor(
    private readonly folder: string,
    private readonly objects?: Objects,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  create(draft: Pick<Job, 'provider' | 'name' | 'model' | 'input' | 'output' | 'contentType'> & { id?: string }): Job {
    return this.save({ id: randomUUID(), ...draft, state: 'queued', createdAt: new Date().toISOString(), done: 0 });
  }

  find(provider: string, id: string): Job | undefined {
    const file = this.path(provider, id);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Job) : undefined;
  }

  list(provider: string): Job[] {
    const files = readdirSync(this.folder).filter((file) => file.startsWith(`${provider}-`) && file.endsWith('.json'));
    return files.map((file) => JSON.parse(readFileSync(join(this.folder, file), 'utf8')) as Job);
  }

  async advance(job: Job): Promise<Job> {
    if (isFinal(job.state)) return job;
    if (job.state === 'queued') return this.save({ ...job, state: 'running', startedAt: new Date().toISOString() });
    return this.save({ ...job, ...(await this.run(job)), endedAt: new Date().toISOString() });
  }

  cancel(job: Job): Job {
    return isFinal(job.state) ? job : this.save({ ...job, state: 'cancelled', endedAt: new Date().toISOString() });
  }

  private async run(job: Job): Promise<Pick<Job, 'state' | 'error' | 'done'>> {
    if (job.model === 'broken') return { state: 'failed', error: 'The model could not read its input', done: 0 };
    if (!this.objects) return { state: 'succeeded', done: 0 };
    try {
      const scores = scoreLines(await this.objects.read(job.input), job.contentType);
      await this.objects.write(`${job.output}/predictions_0001.jsonl`, scores, 'application/x-ndjson');
      return { state: 'succeeded', done: scores.split('\n').length - 1 };
    } catch (error) {
      return { state: 'failed', error: error instanceof Error ? error.message : 'Unknown failure', done: 0 };
    }
  }

  private save(job: Job): Job {
    const file = this.path(job.provider, job.id);
    writeFileSync(`${file}.draft`, JSON.stringify(job));
    renameSync(`${file}.draft`, file);
    return job;
  }

  private path(provider: string, id: string): string {
    return join(this.folder, `${provider}-${encodeURIComponent(id)}.json`);
  }
}
