import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const DIR = join(ROOT, '.local-test', `main-job-${process.pid}`);
const PORT_BASE = 20_000 + (process.pid % 500) * 20;

/** The environment of a newcomer: nothing of the test run reaches his stack. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEST_|DATABASE_|AWS_|NODE_ENV|JEST)/.test(name))),
  POLYCLOUD_LOCAL_DIR: DIR,
  PORT_BASE: String(PORT_BASE),
};

const word = (name: string, ...args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'bin', `${name}.js`), ...args],
      { cwd: ROOT, env: environment },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });

interface Running {
  name: string;
  pid: number;
}

const processes = (): Running[] => {
  const list = execFileSync(process.execPath, [join(ROOT, 'node_modules/pm2/bin/pm2'), 'jlist', '--silent'], {
    env: { ...environment, PM2_HOME: join(DIR, 'pm2'), PM2_DISABLE_VERSION_CHECK: '1' },
    encoding: 'utf8',
  });
  return JSON.parse(list.slice(list.indexOf('[{'))) as Running[];
};

const eventually = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < 240; tries++) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what} did not happen`);
};

describe('npm start', () => {
  let stack: { gateway: string; demo: { users: { email: string; password: string; cloud: string }[] } };
  let token: string;

  interface Data {
    accessToken: string;
    processId: string;
    status: number;
  }

  const call = async (path: string, init: RequestInit = {}) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${stack.gateway}${path}`, { ...init, headers: { ...headers, ...init.headers } });
    if (answer.status >= 500) throw new Error(`${path} answered ${answer.status}`);
    return { status: answer.status, body: (await answer.json()) as { data: Data } };
  };
  const post = (path: string, body: object, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body), headers });

  beforeAll(() => mkdirSync(DIR, { recursive: true }));
  afterAll(async () => {
    if (existsSync(join(DIR, 'pm2'))) await word('stop');
    spawnSync(process.execPath, [join(ROOT, 'node_modules/pm2/bin/pm2'), 'kill'], {
      env: { ...environment, PM2_HOME: join(DIR, 'pm2') },
    });
    rmSync(DIR, { recursive: true, force: true });
  }, 120_000);

  it('brings everything up and shows the main job on real data', async () => {
    const { code, output } = await word('start');
    expect(output).toContain('taxis.csv: 6433 rows');
    expect(output).toMatch(/100 %/);
    expect(output).toMatch(/succeeded +1\.25 USD +sandbox/);
    stack = JSON.parse(readFileSync(join(DIR, 'stack.json'), 'utf8'));
    expect(output).toContain(stack.gateway);
    expect(code).toBe(0);
  }, 300_000);

  it('changes nothing when it is run again', async () => {
    const before = processes().map(({ name, pid }) => `${name} ${pid}`);
    expect((await word('start')).code).toBe(0);
    expect(processes().map(({ name, pid }) => `${name} ${pid}`)).toEqual(before);
  }, 120_000);

  it('offers a demo user on each cloud', async () => {
    for (const { email, password, cloud } of stack.demo.users) {
      const { body } = await post('/authentication', { email, password });
      const data = await call('/data', { headers: { authorization: `Bearer ${body.data.accessToken}` } });
      expect({ cloud, status: data.status }).toEqual({ cloud, status: 200 });
    }
    expect(stack.demo.users.map(({ cloud }) => cloud).sort()).toEqual(['AWS', 'AZURE', 'GOOGLE', 'IBM']);
  }, 60_000);

  it('finishes the order in flight although every process is killed once', async () => {
    const { email, password } = stack.demo.users.find(({ cloud }) => cloud === 'AWS') ?? { email: '', password: '' };
    token = (await post('/authentication', { email, password })).body.data.accessToken;
    const order = {
      items: [{ sku: 'DATA-PROFILE', input: { dataset: 'taxis.csv' } }],
      payment: { gateway: 'sandbox', source: 'tok_ok' },
    };
    for (const { name, pid } of processes()) {
      const { body } = await eventually(`an order while ${name} is well`, async () => {
        const placed = await post('/user/order', order);
        return placed.status === 202 ? placed : undefined;
      });
      process.kill(pid, 'SIGKILL');
      const ended = await eventually(`the order after ${name} was killed`, async () => {
        const { body: process } = await call(`/user/process/${body.data.processId}`);
        return process.data.status === 0 ? undefined : process.data;
      });
      expect({ killed: name, status: ended.status }).toEqual({ killed: name, status: 1 });
    }
    expect(processes().length).toBeGreaterThan(8);
  }, 300_000);
});
