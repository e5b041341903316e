import { GroupCommit } from '../src/group-commit';

const refusal = (message: string) => Object.assign(new Error(message), { errno: 1062 });

/** A table that takes each text once, a transaction at a time. */
class Table {
  readonly rows = new Set<string>();
  readonly transactions: string[][] = [];

  write = async (texts: string[]): Promise<void> => {
    this.transactions.push(texts);
    await new Promise((resolve) => setImmediate(resolve));
    const twice = texts.find((text, at) => this.rows.has(text) || texts.indexOf(text) !== at);
    if (twice !== undefined) throw refusal(twice);
    for (const text of texts) this.rows.add(text);
  };
}

describe('GroupCommit', () => {
  it('writes a lone item at once, and what comes meanwhile together', async () => {
    const table = new Table();
    const commits = new GroupCommit<string>(table.write);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => commits.add(text)));
    expect(table.transactions).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    expect([...table.rows]).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('fails only the item that the server refuses, and stores its neighbours', async () => {
    const table = new Table();
    const commits = new GroupCommit<string>(table.write);
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'a', 'd'].map((text) => commits.add(text)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect([...table.rows].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fails all items of a transaction whose outcome nobody knows, and writes none of them again', async () => {
    const written: string[][] = [];
    const commits = new GroupCommit<string>(async (texts) => {
      written.push(texts);
      await new Promise((resolve) => setImmediate(resolve));
      throw Object.assign(new Error('connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    });
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => commits.add(text)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(written).toEqual([['a'], ['b'], ['c', 'd']]);
  });
});
