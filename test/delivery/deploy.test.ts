import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const PM2 = join(root, 'node_modules/pm2/bin/pm2');

/** What stands for a whole take-over on the machine: it keeps which code was told to serve, and fails where the code says so. */
const TAKE_OVER = `
  const fs = require('node:fs');
  fs.appendFileSync(process.env.SHARED + '/served', fs.readFileSync('code', 'utf8') + process.argv.slice(2).join(' ') + '\\n');
  if (fs.existsSync('broken')) process.exit(1);`;

jest.setTimeout(60_000);

// pm2 reaches the machine named localhost without ssh; everything else is as on any other.
describe('a deployment by pm2', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: join(folder, 'origin'),
      encoding: 'utf8',
    }).trim();
  const commit = (code: string, { broken = false } = {}) => {
    writeFileSync(join(folder, 'origin/code'), code);
    if (broken) writeFileSync(join(folder, 'origin/broken'), '');
    else rmSync(join(folder, 'origin/broken'), { force: true });
    git('add', '-A');
    git('commit', '-qm', code);
    return git('rev-parse', 'HEAD');
  };
  const run = (ref: string, ...words: string[]) =>
    spawnSync(process.execPath, words, {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...{ PM2_HOME: join(folder, 'pm2'), PM2_DISABLE_VERSION_CHECK: '1', NODE_ENV: 'development' },
        ...{ DEPLOY_HOSTS: 'localhost', DEPLOY_PATH: join(folder, 'machine'), DEPLOY_REPOSITORY: join(folder, 'origin') },
        ...{ DEPLOY_REF: ref, DEPLOY_SERVICES: 'user billing' },
      },
    });
  const deploy = (ref: string, ...words: string[]) =>
    run(ref, PM2, 'deploy', 'ecosystem.config.js', 'dev', ...words, '--force').status;
  const rollback = (ref: string) => run(ref, 'bin/rollback.js', 'dev');
  const served = () => readFileSync(join(folder, 'machine/shared/served'), 'utf8').trimEnd().split('\n');
  const code = () => readFileSync(join(folder, 'machine/current/code'), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    execFileSync('git', ['init', '-q', '-b', 'main', join(folder, 'origin')]);
    writeFileSync(join(folder, 'origin/take-over.js'), TAKE_OVER);
    writeFileSync(join(folder, 'origin/package.json'), '{ "scripts": { "take-over": "node take-over.js" } }');
    commit('one ');
    expect(deploy('origin/main', 'setup')).toBe(0);
  });
  afterEach(() => {
    if (existsSync(join(folder, 'pm2/pm2.pid'))) run('', PM2, 'kill');
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets the named services take over the commit, and is undone by a roll back', () => {
    const [one, two] = [git('rev-parse', 'HEAD'), commit('two ')];
    for (const ref of [one, two, two]) expect(deploy(ref)).toBe(0);
    expect(rollback(two).status).toBe(0);
    expect(code()).toBe('one ');
    expect(served()).toEqual(['one dev user billing', 'two dev user billing', 'two dev user billing', 'one dev user billing']);
  });

  it('that fails while the machine takes over is undone', () => {
    const [one, two] = [git('rev-parse', 'HEAD'), commit('two ', { broken: true })];
    expect(deploy(one)).toBe(0);
    expect(deploy(two)).not.toBe(0);
    expect(rollback(two).status).toBe(0);
    expect(code()).toBe('one ');
    // What was undone is not what a later roll back goes to.
    const three = commit('three ');
    expect(deploy(three)).toBe(0);
    expect(rollback(three).status).toBe(0);
    expect(code()).toBe('one ');
  });

  it('that did not reach the machine changes nothing there, and neither does its roll back', () => {
    const [one, two] = [git('rev-parse', 'HEAD'), commit('two ')];
    for (const ref of [one, two]) expect(deploy(ref)).toBe(0);
    const unknown = 'f'.repeat(40);
    expect(deploy(unknown)).not.toBe(0);
    expect(rollback(unknown).stdout).toContain('localhost: left as it is');
    expect([code(), served().length]).toEqual(['two ', 2]);
  });

  it('that was the first cannot be undone, which is said', () => {
    const one = git('rev-parse', 'HEAD');
    expect(deploy(one)).toBe(0);
    const { status, stderr } = rollback(one);
    expect([status, stderr]).toEqual([1, expect.stringContaining('localhost could not be put back')]);
  });
});
