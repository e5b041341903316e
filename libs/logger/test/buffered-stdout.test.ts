import { bufferedStdout } from '../src';

describe('standard output, buffered', () => {
  let written: string[];
  let firstWrite: Promise<void>;

  beforeEach(() => {
    written = [];
    firstWrite = new Promise((resolve) => {
      jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
        written.push(String(text));
        resolve();
        return true;
      });
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('writes the lines of a moment together, in their order', async () => {
    const output = bufferedStdout();
    for (const line of ['one\n', 'two\n', 'three\n']) output.write(line);
    await firstWrite;
    expect(written).toEqual(['one\ntwo\nthree\n']);
  });

  it('writes many lines before the moment is over', () => {
    const output = bufferedStdout();
    const line = `${'x'.repeat(1023)}\n`;
    for (let lines = 0; lines < 64; lines++) output.write(line);
    expect(written).toEqual([line.repeat(64)]);
  });

  it('writes what it has kept when the process exits', () => {
    const listeners = process.listeners('exit');
    bufferedStdout().write('last\n');
    const added = process.listeners('exit').filter((listener) => !listeners.includes(listener));
    for (const listener of added) (listener as () => void)();
    expect(written).toEqual(['last\n']);
  });
});
