import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const { apps } = jest.requireActual<{ apps: { name: string }[] }>('../../ecosystem.config.js');
const isHere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe(`the units${isHere ? '' : ' (systemd-analyze is not installed)'}`, () => {
  (isHere ? it : it.skip)('are right for every process', () => {
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    cpSync(join(root, 'deploy/systemd'), folder, { recursive: true });
    const units = [...apps.map(({ name }) => `polycloud@${name}.service`), 'polycloud.target'].map((unit) => join(folder, unit));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    rmSync(folder, { recursive: true });
  });
});

it('start the same main files as pm2, and say which there are', () => {
  const { status, stderr } = spawnSync(process.execPath, ['deploy/systemd/run.js', 'nobody'], { cwd: root, encoding: 'utf8' });
  expect([status, stderr.trim()]).toEqual([1, `There is no nobody: choose of ${apps.map(({ name }) => name).join(', ')}.`]);
});
