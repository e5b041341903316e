import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

interface Container {
  command?: string[];
  network_mode?: string;
  read_only?: boolean;
  build?: { args: { SERVICE: string } };
  environment?: Record<string, string>;
}

const root = join(__dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const compose = readFileSync(join(root, 'compose.yaml'), 'utf8');
const { services } = parse(compose, { merge: true }) as { services: Record<string, Container> };
const ours = readdirSync(join(root, 'services'));

describe('the Dockerfile', () => {
  it('has nothing that its linter finds', () => {
    expect(validate(dockerfile).map(({ message, range }) => ({ message, line: range.start.line + 1 }))).toEqual([]);
  });

  it('is looked through by that linter', () => {
    expect(validate(dockerfile.replace('USER node', 'USR node'))).not.toEqual([]);
    expect(validate(dockerfile.replace('EXPOSE 8080', 'EXPOSE port'))).not.toEqual([]);
  });

  it('has three stages, and runs as a user without rights', () => {
    expect([...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, stage]) => stage)).toEqual(['dependencies', 'build', 'run']);
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

/** What the linter of compose files, and the schema in it, call an error in this text. */
function errorsIn(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  writeFileSync(join(folder, 'compose.yaml'), text);
  const words = [join(root, 'node_modules/dclint/bin/dclint.cjs'), '--quiet', folder];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return (stdout + stderr).trim();
}

describe('compose.yaml', () => {
  it('is valid by the schema of such files', () => {
    expect(errorsIn(compose)).toBe('');
    expect(errorsIn(compose.replace('stop_grace_period: 25s', 'stop_grace: 25s'))).toContain(
      'must NOT have additional properties',
    );
  });

  it('runs every service, read-only', () => {
    for (const name of [...ours, 'order-worker']) expect([name, services[name]?.read_only]).toEqual([name, true]);
    for (const name of ours) expect(services[name]?.build?.args.SERVICE).toBe(name);
  });

  it('gives each service the port by which the others know it', () => {
    const { DEFAULT_PORTS } = jest.requireActual<{ DEFAULT_PORTS: Record<string, number> }>('../../bin/local/ports');
    for (const name of ours) expect([name, services[name]?.environment?.['PORT']]).toEqual([name, String(DEFAULT_PORTS[name])]);
  });

  it('starts programs that there are', () => {
    const files = Object.values(services).flatMap(({ command = [] }) =>
      command.filter((word) => /^(deploy|emulators)\//.test(word)),
    );
    const sources = files.map((file) => file.replace('/dist/', '/src/').replace(/^(emulators.*)\.js$/, '$1.ts'));
    expect(sources.length).toBeGreaterThan(4);
    expect(sources.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
