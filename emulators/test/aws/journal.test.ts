import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, type Journaled } from '../../src/aws/journal';

type Entry = { set: string; to: number };

/** The smallest state there is: numbers by name. */
class Numbers implements Journaled<Entry> {
  readonly values = new Map<string, number>();
  apply({ set, to }: Entry): void {
    this.values.set(set, to);
  }
  *snapshot(): Generator<Entry> {
    for (const [set, to] of this.values) yield { set, to };
  }
}

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(directory, 'log');
});
afterEach(() => rm(directory, { recursive: true }));

/** What a new start would find. */
async function kept(): Promise<Record<string, number>> {
  const { state, journal } = await reopened();
  await journal.close();
  return Object.fromEntries(state.values);
}

async function reopened(compactAfter?: number): Promise<{ state: Numbers; journal: Journal<Entry> }> {
  const state = new Numbers();
  return { state, journal: await Journal.open(path, state, compactAfter) };
}

describe('The journal', () => {
  it('gives back what was appended, and goes on after that', async () => {
    for (const round of [1, 2, 3]) {
      const { state, journal } = await reopened();
      expect(state.values.size).toBe(round - 1);
      await journal.append([{ set: `round-${round}`, to: round }]);
      await journal.close();
    }
    expect(await kept()).toEqual({ 'round-1': 1, 'round-2': 2, 'round-3': 3 });
  });

  it('cuts off a torn tail, takes a group whole or not at all, and appends behind the sound part', async () => {
    const { journal } = await reopened();
    await journal.append([{ set: 'a', to: 1 }]);
    const sound = (await stat(path)).size;
    await journal.append([
      { set: 'a', to: 2 },
      { set: 'b', to: 2 },
    ]);
    await journal.close();
    const content = await readFile(path);
    for (let length = sound; length < content.length; length++) {
      await rm(path);
      await appendFile(path, content.subarray(0, length));
      const torn = await reopened();
      expect(Object.fromEntries(torn.state.values)).toEqual({ a: 1 });
      await torn.journal.append([{ set: 'c', to: 3 }]);
      await torn.journal.close();
      expect(await kept()).toEqual({ a: 1, c: 3 });
    }
  });

  it('does not believe a line whose content was changed', async () => {
    const { journal } = await reopened();
    await journal.append([{ set: 'a', to: 1 }]);
    await journal.close();
    const content = (await readFile(path, 'utf8')).replace('"to":1', '"to":9');
    await rm(path);
    await appendFile(path, content);
    expect(await kept()).toEqual({});
  });

  it('stays small under many changes of little state, and loses none while it compacts', async () => {
    const { journal } = await reopened(2000);
    for (let round = 0; round < 50; round++) {
      await Promise.all([...'abcdefghij'].map((set) => journal.append([{ set, to: round }])));
    }
    await journal.close();
    expect((await stat(path)).size).toBeLessThan(5000);
    const { state, journal: again } = await reopened(2000);
    expect([...state.values]).toEqual([...'abcdefghij'].map((name) => [name, 49]));
    await again.close();
  });
});
