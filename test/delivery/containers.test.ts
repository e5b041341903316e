import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<string, Container>;
};
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

describe('compose.yaml', () => {
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
