import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsAdmin } from '@polycloud/test-kit';
import { House } from './house';
import { Prometheus } from './prometheus';
import { ServiceProcess } from './service-process';
import { SlowLine } from './slow-line';

/** A server of its own, since it will take no writes for a while. */
interface DatabaseServer {
  port: number;
  socketPath: string;
  user: string;
  close: () => Promise<void>;
}
const { openTemporaryServer } = createRequire(__filename)('../bin/local/database-server') as {
  openTemporaryServer: (options: { parent: string; report: (text: string) => void }) => Promise<DatabaseServer>;
};

const hasPrometheus = spawnSync('promtool', ['--version']).status === 0;
if (!hasPrometheus) console.warn('The faults are not made: there is no prometheus (apt-get install prometheus).');
/** A disk of a mebibyte that only the process has which is run on it; where the system forbids that, nothing is filled. */
const onSmallDisk = (folder: string) => [
  ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
  ...[`mount -t tmpfs -o size=1m tmpfs "$0" && cd "$0" && exec "$@"`, folder],
];
const hasSmallDisk = spawnSync('unshare', [...onSmallDisk(tmpdir()).slice(1), 'true']).status === 0;
if (!hasSmallDisk) console.warn('No disk is filled: this system lets nobody mount one of his own.');

(hasPrometheus ? describe : describe.skip)('faults that are made for real, as a deployed Prometheus sees them', () => {
  let server: DatabaseServer;
  let house: House;
  let prometheus: Prometheus;
  let line: SlowLine;
  let disk: string;
  const processes = {} as Record<'gateway' | 'user' | 'order' | 'billing' | 'tenant-data', ServiceProcess>;

  beforeAll(async () => {
    server = await openTemporaryServer({ parent: join(__dirname, '../.local-test'), report: () => undefined });
    Object.assign(process.env, {
      TEST_DATABASE_HOST: '127.0.0.1',
      TEST_DATABASE_PORT: String(server.port),
      TEST_DATABASE_SOCKET: server.socketPath,
      TEST_DATABASE_ADMIN_USER: server.user,
    });
    house = await House.start({ worker: false });
    line = await new SlowLine(house.databases.user).open();
    disk = await mkdtemp(join(tmpdir(), 'disk-'));
    const own: Record<keyof typeof processes, [settings?: Record<string, unknown>, runner?: string[]]> = {
      gateway: [],
      user: [{ DATABASE_PORT: line.port }],
      order: [],
      billing: [{ NODE_OPTIONS: `--require ${join(__dirname, 'fixtures/wrong-clock.js')}` }],
      'tenant-data': [{}, hasSmallDisk ? onSmallDisk(disk) : []],
    };
    await Promise.all(
      Object.entries(own).map(async ([name, [settings, runner]]) => {
        const service = name as keyof typeof processes;
        await house.stop(service);
        const main = `services/${service}/dist/server.js`;
        processes[service] = new ServiceProcess(main, { ...house.settingsOf(service), ...settings }, runner);
        await processes[service].start();
      }),
    );
    prometheus = await Prometheus.start({ ...house.urls, 'order-worker': house.urls.order }, 'as deployed');
  }, 60_000);
  afterAll(async () => {
    line.close();
    await Promise.all([prometheus.stop(), ...Object.values(processes).map((process) => process.stop())]);
    await house.close();
    await server.close();
    await rm(disk, { recursive: true });
  }, 30_000);

  const setReadOnly = async (value: 0 | 1) => {
    const admin = await connectAsAdmin();
    await admin.query(`SET GLOBAL read_only = ${value}`);
    await admin.end();
  };
  const onDisk = () => `/proc/${processes['tenant-data'].pid}/cwd`;
  const fillDisk = async () => {
    const { bavail, bsize } = await statfs(onDisk());
    await writeFile(join(onDisk(), 'ballast'), Buffer.alloc(bavail * bsize));
  };

  it('fire an alert each, at the service that has it, which ends when the fault is mended', async () => {
    const signal = (service: keyof typeof processes, name: NodeJS.Signals) => process.kill(processes[service].pid, name);
    const faults: { alert: string; service: string; make: () => unknown; mend: () => unknown }[] = [
      {
        ...{ alert: 'ServicePaused', service: 'gateway' },
        ...{ make: () => signal('gateway', 'SIGSTOP'), mend: () => signal('gateway', 'SIGCONT') },
      },
      { alert: 'DatabaseSlow', service: 'user', make: () => (line.delay = 400), mend: () => (line.delay = 0) },
      { alert: 'DatabaseReadOnly', service: 'order', make: () => setReadOnly(1), mend: () => setReadOnly(0) },
      {
        ...{ alert: 'ClockSkew', service: 'billing' },
        ...{ make: () => signal('billing', 'SIGUSR2'), mend: () => signal('billing', 'SIGUSR2') },
      },
    ];
    const disk = { alert: 'DiskFull', service: 'tenant-data', make: fillDisk, mend: () => rm(join(onDisk(), 'ballast')) };
    if (hasSmallDisk) faults.push(disk);
    const names = faults.map(({ alert }) => alert).join('|');
    const firing = (alert: string, service = '.*') => `ALERTS{alertname=~"${alert}",alertstate="firing",service=~"${service}"}`;

    await prometheus.until('count(up == 1) == 6');
    await prometheus.until(`absent(${firing(names)})`);
    await Promise.all(faults.map(({ make }) => make()));
    await Promise.all(faults.map(({ alert, service }) => prometheus.until(firing(alert, service))));
    const seen = (await prometheus.until(firing(names))).map(({ metric }) => `${metric.alertname} ${metric.service}`);
    // All have the database server that takes no writes.
    const expected = faults.map(({ alert, service }) => `${alert} ${service}`);
    expect(seen.filter((one) => !one.startsWith('DatabaseReadOnly')).sort()).toEqual(
      expected.filter((one) => !one.startsWith('DatabaseReadOnly')).sort(),
    );
    await Promise.all(faults.map(({ mend }) => mend()));
    await prometheus.until(`absent(${firing(names)})`);
  }, 150_000);
});
