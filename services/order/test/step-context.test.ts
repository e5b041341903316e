import { untilAborted } from '../src/bo/saga/step-context';

describe('untilAborted', () => {
  it('gives the outcome of the work', async () => {
    expect(await untilAborted(new AbortController().signal, () => Promise.resolve('done'))).toBe('done');
  });

  it('waits no longer once the signal is aborted', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(stop.signal, () => new Promise(() => undefined));
    stop.abort(new Error('the worker stops'));
    await expect(waiting).rejects.toThrow('the worker stops');
  });

  it('begins nothing when the signal is aborted already, so that no failure is left unheard', async () => {
    const work = jest.fn(() => Promise.reject(new Error('nobody hears this')));
    await expect(untilAborted(AbortSignal.abort(new Error('the worker stops')), work)).rejects.toThrow('the worker stops');
    expect(work).not.toHaveBeenCalled();
  });
});
