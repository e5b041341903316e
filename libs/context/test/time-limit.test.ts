import { withinTime } from '@polycloud/context';

describe('withinTime', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('fires when the time is up', async () => {
    const work = withinTime(
      50,
      (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const refused = expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
    jest.advanceTimersByTime(50);
    await refused;
  });

  it.each([
    ['gave a result', () => Promise.resolve()],
    ['failed', () => Promise.reject(new Error('it failed'))],
  ])('leaves nothing behind of work that %s', async (_outcome, work) => {
    await withinTime(10_000, work).catch(() => undefined);
    expect(jest.getTimerCount()).toBe(0);
  });
});
