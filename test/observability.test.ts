import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsAdmin } from '@polycloud/test-kit';
import { freePort, House, type Resident } from './house';
import { Prometheus } from './prometheus';

const folder = join(__dirname, '../deploy/observability');
const hasPrometheus = spawnSync('promtool', ['--version']).status === 0;
if (!hasPrometheus) console.warn('The alerts are not tried: there is no prometheus (apt-get install prometheus).');
const withPrometheus = hasPrometheus ? it : it.skip;

/** Names that only other parts of the system show. */
const FROM_PROMETHEUS = new Set(['up', 'scrape_duration_seconds']);

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
    let urls: Record<string, string>;

    beforeAll(async () => {
      house = await House.start({ worker: false });
      const port = await freePort();
      await house.startWorker('worker', { METRICS_PORT: port });
      urls = { ...house.urls, 'order-worker': `http://127.0.0.1:${port}` };
      const texts = await Promise.all(Object.values(urls).map(async (url) => (await fetch(`${url}/metrics`)).text()));
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
      'fire in a real Prometheus when the faults are real, and not before',
      async () => {
        const prometheus = await Prometheus.start(urls, 'hurried');
        const firing = (...names: string[]) =>
          prometheus.until(
            `count(count by (alertname) (ALERTS{alertstate="firing",alertname=~"${names.join('|')}"})) == ${names.length}`,
          );
        await prometheus.until('count(up == 1) == 6');
        await prometheus.until('absent(ALERTS{alertstate="firing"})');

        await fetch(`${house.aws.url}/_emulator/faults`, { method: 'PUT', body: '{"duplicate":1}' });
        await house.startWorker('misled worker', { BILLING_URL: 'http://billing.invalid' });
        const customers = orderEndlessly(await house.resident());
        await firing('QueueDuplicates', 'PaymentGatewayTimeouts', 'PaymentGatewayErrors', 'NameResolutionFails');
        await customers.leave();

        await house.stop('billing');
        await lockOut(house.databases['tenant-data'].user);
        await house.aws.stop();
        await firing('ServiceDown', 'DatabaseDown', 'QueueDown');
        const [down] = await prometheus.until('ALERTS{alertname="ServiceDown",alertstate="firing"}');
        expect(down?.metric).toMatchObject({ service: 'billing', fault: 'service down', severity: 'page' });
        const [locked] = await prometheus.until('ALERTS{alertname="DatabaseDown",alertstate="firing"}');
        expect(locked?.metric).toMatchObject({ service: 'tenant-data' });
        await prometheus.stop();
      },
      150_000,
    );
  });
});

/** Orders whose payments the gateway does not answer, or answers with an error. */
function orderEndlessly(resident: Resident): { leave(): Promise<unknown> } {
  let isHere = true;
  const customer = async (source: string) => {
    while (isHere) {
      const items = [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }];
      await resident.post('/user/order', { items, payment: { gateway: 'sandbox', source } });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const customers = ['tok_timeout', 'tok_error_after_charge'].map(customer);
  return {
    leave: () => {
      isHere = false;
      return Promise.all(customers);
    },
  };
}

/** Takes a service's user away from the database, and the connections that it has. */
async function lockOut(user: string): Promise<void> {
  const admin = await connectAsAdmin();
  await admin.query("DROP USER IF EXISTS ?@'%', ?@'127.0.0.1'", [user, user]);
  const [open] = await admin.query('SELECT id FROM information_schema.processlist WHERE user = ?', [user]);
  for (const { id } of open as { id: number }[]) await admin.query('KILL ?', [id]);
  await admin.end();
}
