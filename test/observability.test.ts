import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { House } from './house';

const folder = join(__dirname, '../deploy/observability');
const hasPrometheus = spawnSync('promtool', ['--version']).status === 0;
if (!hasPrometheus) console.warn('The alerts are not tried: there is no prometheus (apt-get install prometheus).');
const withPrometheus = hasPrometheus ? it : it.skip;

/** Names that only other parts of the system show. */
const FROM_PROMETHEUS = new Set(['up', 'scrape_duration_seconds']);

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A real Prometheus with the real rules, looking at the services of a house. */
class Prometheus {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly dataDir: string,
  ) {}

  static async start(urls: Record<string, string>): Promise<Prometheus> {
    const dataDir = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const port = await freePort();
    const config = await readFile(join(folder, 'prometheus.yml'), 'utf8');
    const moved = config
      .replace('[alerts.yml]', `['${join(folder, 'alerts.yml')}']`)
      .replace(/targets: \['[^']+'\](\s+)labels: \{ service: ([a-z-]+) \}/g, (_all, gap: string, service: string) => {
        return `targets: ['${new URL(urls[service] ?? '').host}']${gap}labels: { service: ${service} }`;
      });
    await writeFile(join(dataDir, 'prometheus.yml'), moved);
    const server = spawn(
      'prometheus',
      [
        `--config.file=${join(dataDir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(dataDir, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    return new Prometheus(`http://127.0.0.1:${port}`, server, dataDir);
  }

  /** Resolves once the query gives something. */
  async until(query: string): Promise<unknown[]> {
    for (;;) {
      const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
      const found = answer?.ok ? ((await answer.json()) as { data: { result: unknown[] } }).data.result : [];
      if (found.length > 0) return found;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async stop(): Promise<void> {
    this.process.kill();
    await once(this.process, 'exit');
    await rm(this.dataDir, { recursive: true });
  }
}

const metricNamesIn = (text: string) =>
  [...text.matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+|up)\b(?=[{[) ]|$|")/g)].map(([, name]) => name ?? '');

describe('the alerts and dashboards', () => {
  withPrometheus('fire an alert for each of the twelve faults within a minute, and none before', () => {
    execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: folder });
    expect(execFileSync('promtool', ['check', 'rules', 'alerts.yml'], { cwd: folder, encoding: 'utf8' })).toContain('SUCCESS');
  });

  it('name a first step for every alert, and a fault for twelve of them', async () => {
    const rules = await readFile(join(folder, 'alerts.yml'), 'utf8');
    const alerts = rules.split('- alert: ').slice(1);
    expect(alerts.filter((alert) => !/runbook: >-\n\s+\S.{30}/.test(alert))).toEqual([]);
    expect(new Set(alerts.flatMap((alert) => /fault: '([^']+)'/.exec(alert)?.[1] ?? [])).size).toBe(12);
  });

  describe('over a running house', () => {
    let house: House;
    let shown: Set<string>;

    beforeAll(async () => {
      house = await House.start();
      const texts = await Promise.all(Object.values(house.urls).map(async (url) => (await fetch(`${url}/metrics`)).text()));
      shown = new Set(
        texts
          .join('\n')
          .match(/^# TYPE \S+/gm)
          ?.map((line) => line.slice('# TYPE '.length)),
      );
    }, 60_000);
    afterAll(() => house.close());

    it('ask only for numbers that the services really show', async () => {
      const rules = await readFile(join(folder, 'alerts.yml'), 'utf8');
      const expressions = [...rules.matchAll(/expr: >-\n\s+(.+)/g)].map(([, expression]) => expression ?? '');
      for (const file of await readdir(join(folder, 'dashboards'))) {
        const board = JSON.parse(await readFile(join(folder, 'dashboards', file), 'utf8')) as {
          panels: { targets: { expr: string }[] }[];
        };
        expressions.push(...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));
      }
      const labels = /^(http_route|http_response_status_code|histogram_quantile)$/;
      const asked = expressions.flatMap((expression) => metricNamesIn(expression.replace(/\{[^}]*\}|by \([^)]*\)/g, '')));
      const base = (name: string) => name.replace(/_(bucket|count|sum)$/, '');
      const unknown = asked.filter(
        (name) => !labels.test(name) && !FROM_PROMETHEUS.has(name) && !shown.has(base(name)) && !shown.has(name),
      );
      expect(asked.length).toBeGreaterThan(40);
      expect([...new Set(unknown)]).toEqual([]);
    });

    withPrometheus(
      'fire in a real Prometheus when a service goes down',
      async () => {
        const prometheus = await Prometheus.start(house.urls);
        await prometheus.until('count(up == 1) == 5');
        expect(await prometheus.until('absent(ALERTS{alertname="ServiceDown"})')).toHaveLength(1);
        await house.stop('billing');
        const [alert] = (await prometheus.until('ALERTS{alertname="ServiceDown",alertstate="firing"}')) as [
          { metric: Record<string, string> },
        ];
        expect(alert.metric).toMatchObject({ service: 'billing', fault: 'service down', severity: 'page' });
        await prometheus.stop();
      },
      90_000,
    );
  });
});
