import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface App {
  name: string;
  cwd: string;
  script: string;
  env: object;
}
const { trial } = jest.requireActual<{ trial: (app: App, environment: string) => Promise<void> }>('../../deploy/trial');

describe('a trial start of new code', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'trial-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (source: string) => {
    writeFileSync(join(folder, 'server.js'), source);
    const app = { name: 'user', cwd: folder, script: 'server.js', env: { PORT: '3001' }, env_qa: { APP_ENV: 'qa' } };
    return trial(app, 'qa');
  };

  it('is ended when the code serves, in its environment and on a port of its own', async () => {
    await start(`
      const told = JSON.stringify([process.env.APP_ENV, process.env.PORT]);
      process.on('SIGTERM', () => { require('node:fs').writeFileSync('ended', told); process.exit(0); });
      setInterval(() => {}, 1000);
      process.send('ready');`);
    expect(JSON.parse(readFileSync(join(folder, 'ended'), 'utf8'))).toEqual(['qa', '0']);
  });

  it('fails with code that ends before it serves', async () => {
    await expect(start('process.exit(0)')).rejects.toThrow('The new user does not start; the former goes on');
  });
});
