import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../../package.json';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];

it('stand in the README, every one', () => {
  const [, table = ''] = /## Words of the command line\n([^]*?)\n## /.exec(read('README.md')) ?? [];
  const told = new Set([...table.matchAll(/`(?:npm (?:run )?(?:-s )?)?([\w:-]+)/g)].map(([, word]) => word));
  expect(Object.keys(scripts).filter((word) => !told.has(word))).toEqual([]);
});

it.each(documents.filter((name) => name.endsWith('.md')))('that %s names are there', (name) => {
  const said = [...read(name).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, word]) => String(word));
  expect(said.filter((word) => !(word in scripts))).toEqual([]);
});
