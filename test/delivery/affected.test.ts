import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Workspace {
  folder: string;
  needs: string[];
}
const { affectedBy, affectedSince, readWorkspaces } = jest.requireActual<{
  affectedBy: (files: string[], workspaces: Workspace[]) => Workspace[];
  affectedSince: (base: string, folder?: string) => Workspace[];
  readWorkspaces: (folder?: string) => Workspace[];
}>('../../bin/affected');

const all = readWorkspaces();
const foldersOf = (workspaces: Workspace[]) => workspaces.map(({ folder }) => folder);
const affected = (...files: string[]) => foldersOf(affectedBy(files, all));

describe('what a change reaches', () => {
  it('is the service alone, when only the service changed', () => {
    expect(affected('services/billing/src/bo/tax.ts', 'services/billing/test/quote.api.test.ts')).toEqual(['services/billing']);
  });

  it('is the service whose schema changed', () => {
    expect(affected('db-changes/tenant-data/0002-add-column.ddl.sql')).toEqual(['services/tenant-data']);
  });

  it('is everybody who depends on a library, at whatever distance', () => {
    expect(affected('libs/payment/src/money.ts')).toEqual(expect.arrayContaining(['libs/payment', 'services/billing']));
    expect(affected('libs/payment/src/money.ts')).not.toContain('services/order');
    // The encryption reaches every service through the configuration.
    const services = foldersOf(all).filter((folder) => folder.startsWith('services/'));
    expect(affected('libs/encryption/src/encryption.ts')).toEqual(expect.arrayContaining(services));
  });

  it('is nobody for words alone, and everybody for a file that belongs to no workspace', () => {
    expect(affected('README.md', 'docs/delivery.md')).toEqual([]);
    expect(affected('README.md', 'package-lock.json')).toEqual(foldersOf(all));
    expect(affected('services/billing/src/bo/tax.ts', 'tsconfig.base.json')).toEqual(foldersOf(all));
  });
});

describe('what git says', () => {
  let repository: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: repository, encoding: 'utf8' });
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), text);
  };
  const commit = (title: string) => {
    git('add', '-A');
    git('commit', '-qm', title);
  };

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'affected-'));
    git('init', '-q', '-b', 'main');
    write('package.json', '{ "workspaces": ["libs/*", "services/*"] }');
    write('libs/money/package.json', '{ "name": "@polycloud/money" }');
    for (const [name, needs] of [
      ['shop', '{ "@polycloud/money": "*" }'],
      ['post', '{}'],
    ])
      write(`services/${name}/package.json`, `{ "name": "@polycloud/${name}-service", "dependencies": ${needs} }`);
    commit('Begin');
    git('checkout', '-qb', 'branch');
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  const since = (base: string) => foldersOf(affectedSince(base, repository));

  it('counts from where the branch left main, not what main did since', () => {
    write('services/post/src/stamp.ts', '');
    commit('Stamp letters');
    git('checkout', '-q', 'main');
    write('services/shop/src/sale.ts', '');
    commit('Sell');
    git('checkout', '-q', 'branch');
    expect(since('main')).toEqual(['services/post']);
  });

  it('counts a moved file for where it was, too', () => {
    write('services/post/src/stamp.ts', 'a stamp\n');
    commit('Stamp letters');
    mkdirSync(join(repository, 'services/shop/src'));
    git('mv', 'services/post/src/stamp.ts', 'services/shop/src/stamp.ts');
    git('commit', '-qm', 'Move it');
    expect(since('HEAD~1')).toEqual(['services/post', 'services/shop']);
  });

  it('names all when git cannot tell, as in a clone without the history', () => {
    expect(since('origin/main')).toEqual(['libs/money', 'services/post', 'services/shop']);
  });
});
