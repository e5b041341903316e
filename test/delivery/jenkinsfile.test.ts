import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { scripts } from '../../package.json';

const root = join(__dirname, '../..');
const source = readFileSync(join(root, 'Jenkinsfile'), 'utf8');

let parser: Parser;
beforeAll(async () => {
  await Parser.init();
  parser = new Parser().setLanguage(
    await Language.load(readFileSync(require.resolve('tree-sitter-groovy/tree-sitter-groovy.wasm'))),
  );
});

/** Where the grammar of Groovy is violated. */
function violations(text: string): string[] {
  const found: string[] = [];
  const visit = (node: Node) => {
    if (node.isError || node.isMissing) found.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    for (const child of node.children) if (child) visit(child);
  };
  const tree = parser.parse(text);
  if (!tree) throw new Error('nothing was parsed');
  visit(tree.rootNode);
  return found;
}

it('is Groovy', () => expect(violations(source)).toEqual([]));

it.each([
  ['a brace that is not closed', (text: string) => text.replace("sh 'npm run lint'\n          }", "sh 'npm run lint'")],
  ['a string that is not closed', (text: string) => text.replace("sh 'npm run lint'", "sh 'npm run lint")],
  ['an argument without a value', (text: string) => text.replace("unit: 'MINUTES'", 'unit:')],
])('is no Groovy with %s', (_what, spoil) => {
  const spoilt = spoil(source);
  expect(spoilt).not.toBe(source);
  expect(violations(spoilt)).not.toEqual([]);
});

it('says only words that package.json has', () => {
  const said = [...source.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, word]) => word as string);
  expect(said.length).toBeGreaterThan(8);
  expect(said.filter((word) => !(word in scripts))).toEqual([]);
});

it('goes through its stages in order, and asks before qa and prod', () => {
  const stages = [...source.matchAll(/stage\('(\w+)'\)/g)].map(([, name]) => name);
  expect(stages).toEqual(['Install', 'Affected', 'Check', 'Lint', 'Types', 'Schemas', 'Test', 'Build', 'Confirm', 'Deploy']);
  expect(source).toMatch(/stage\('Confirm'\) \{\n\s+when \{\n\s+expression \{ env\.TARGET != 'dev' \}/);
});
