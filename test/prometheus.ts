import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './house';

const folder = join(__dirname, '../deploy/observability');

/** A real Prometheus with the real rules. */
export class Prometheus {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly dataDir: string,
  ) {}

  /** Looks at the given addresses as often as a deployed one does; or, in a hurry, every second in place of every five. */
  static async start(urls: Record<string, string>, pace: 'as deployed' | 'hurried'): Promise<Prometheus> {
    const dataDir = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const port = await freePort();
    const paced = async (name: string) => {
      const text = await readFile(join(folder, name), 'utf8');
      return pace === 'hurried' ? text.replace(/(interval|timeout): \ds/g, '$1: 1s') : text;
    };
    const moved = (await paced('prometheus.yml')).replace(
      /targets: \['[^']+'\](\s+)labels: \{ service: ([a-z-]+) \}/g,
      (_all, gap: string, service: string) =>
        `targets: ['${new URL(urls[service] ?? '').host}']${gap}labels: { service: ${service} }`,
    );
    await writeFile(join(dataDir, 'prometheus.yml'), moved);
    await writeFile(join(dataDir, 'alerts.yml'), await paced('alerts.yml'));
    const [config, data] = [`--config.file=${join(dataDir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dataDir, 'data')}`];
    const server = spawn('prometheus', [config, data, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    return new Prometheus(`http://127.0.0.1:${port}`, server, dataDir);
  }

  /** Resolves to what the query gives, once it gives something. */
  async until(query: string): Promise<{ metric: Record<string, string> }[]> {
    for (;;) {
      const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
      const { data } = answer?.ok ? ((await answer.json()) as { data: { result: { metric: Record<string, string> }[] } }) : {};
      if (data && data.result.length > 0) return data.result;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async stop(): Promise<void> {
    this.process.kill();
    await once(this.process, 'exit');
    await rm(this.dataDir, { recursive: true });
  }
}
