import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsOf } from '@polycloud/config';
import { parse } from 'yaml';

interface FunctionDescription {
  handler: string;
  timeout?: number;
  events: (string | Record<string, Record<string, unknown> | string>)[];
}
interface Description {
  service: string;
  provider: { runtime: string; environment: Record<string, string> };
  functions: Record<string, FunctionDescription>;
}

const root = join(__dirname, '../..');
const services = readdirSync(join(root, 'services'));
const described = (service: string) =>
  parse(readFileSync(join(root, 'services', service, 'serverless.yml'), 'utf8')) as Description;

describe.each(services)('serverless.yml of %s', (service) => {
  const { provider, functions, ...rest } = described(service);

  it('names handlers that the service exports', () => {
    expect(rest.service).toBe(`polycloud-${service}`);
    for (const { handler } of Object.values(functions)) {
      const [, file, name] = /^(services\/.+)\.(\w+)$/.exec(handler) ?? [];
      const source = join(root, String(file).replace('/dist/', '/src/'));
      const exported = jest.requireActual<Record<string, unknown>>(source);
      expect([handler, typeof exported[String(name)]]).toEqual([handler, 'function']);
    }
  });

  it('gives the service no setting that it does not know', () => {
    const source = join(root, 'services', service, 'src/config');
    const { readServiceConfig } = jest.requireActual<{ readServiceConfig: () => unknown }>(source);
    const known = Object.keys((settingsOf(readServiceConfig).describe() as { keys: object }).keys);
    const sources = ['SERVICE_NAME', 'CONFIG_SOURCE', 'CONFIG_CACHE_DIR', 'CONFIG_KMS_KEY_ID'];
    expect(Object.keys(provider.environment).filter((name) => ![...known, ...sources].includes(name))).toEqual([]);
  });
});

it('takes the queue by batches that may fail in part, with time to let go of what is in hand', () => {
  const { worker, sweep } = described('order').functions;
  expect(worker?.events).toMatchObject([{ sqs: { functionResponseType: 'ReportBatchItemFailures' } }]);
  expect(worker?.timeout).toBeGreaterThan(30);
  expect(sweep?.events).toMatchObject([{ schedule: 'rate(1 minute)' }]);
});

it('has the same names in the file of each stage', () => {
  const stages = ['dev', 'qa', 'prod'].map((name) => join(root, 'deploy/serverless', `${name}.yml`));
  expect(stages.filter((file) => !existsSync(file))).toEqual([]);
  const [dev, ...others] = stages.map((file) => Object.keys(parse(readFileSync(file, 'utf8')) as object));
  for (const names of others) expect(names).toEqual(dev);
});

// osls weighs as much as all our packages together, so it is asked where it is at hand: OSLS=<its bin/serverless.js>.
const { OSLS } = process.env;
const withOsls = OSLS ? it.each(services) : it.skip.each(services);

describe(`osls${OSLS ? '' : ' (OSLS does not name it)'}`, () => {
  withOsls(
    'accepts serverless.yml of %s at every stage',
    (service) => {
      const folder = mkdtempSync(join(tmpdir(), 'osls-'));
      cpSync(join(root, 'services', service, 'serverless.yml'), join(folder, 'serverless.yml'));
      cpSync(join(root, 'deploy/serverless'), join(folder, 'stages'), { recursive: true });
      const failures = ['dev', 'qa', 'prod'].flatMap((stage) => {
        const words = [String(OSLS), 'print', '--stage', stage];
        const { status, stderr } = spawnSync(process.execPath, words, {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
        });
        return status === 0 ? [] : [`${stage}: ${stderr}`];
      });
      rmSync(folder, { recursive: true });
      expect(failures).toEqual([]);
    },
    120_000,
  );
});
