import { SharedQuestion } from '../src/bo/reading/shared-question';

/** A cloud whose object is replaced between its answers. */
function versions() {
  const asked: (() => void)[] = [];
  let version = 0;
  const ask = () => new Promise<number>((resolve) => asked.push(() => resolve(++version)));
  return { ask, asked };
}

describe('SharedQuestion', () => {
  it('asks once for all who come while an answer is under way, and only after they came', async () => {
    const { ask, asked } = versions();
    const shared = new SharedQuestion<number>();
    const first = shared.ask('key', ask);
    const others = [shared.ask('key', ask), shared.ask('key', ask)];
    expect(asked).toHaveLength(1);
    asked[0]?.();
    await expect(first).resolves.toBe(1);
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    asked[1]?.();
    await expect(Promise.all(others)).resolves.toEqual([2, 2]);
    expect(asked).toHaveLength(2);
  });

  it('lets a failure be the answer of those who shared it, and asks anew for who comes later', async () => {
    const shared = new SharedQuestion<number>();
    await expect(shared.ask('key', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(shared.ask('key', () => Promise.resolve(7))).resolves.toBe(7);
  });

  it('keeps keys apart', async () => {
    const shared = new SharedQuestion<string>();
    const ask = (key: string) => shared.ask(key, () => Promise.resolve(key));
    await expect(Promise.all([ask('a'), ask('b')])).resolves.toEqual(['a', 'b']);
  });
});
