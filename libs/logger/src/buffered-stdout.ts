import type { Output } from './logger';

/** Longest time that a line is kept back, milliseconds. */
const KEPT_MS = 50;
const MOST_CHARACTERS = 64 * 1024;

/**
 * Standard output, written many lines at a time: to hand a line to the system costs more than to make it. What is kept is
 * written when the process exits; one that is killed loses the lines of its last moment.
 */
export function bufferedStdout(): Output {
  let kept = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (kept !== '') process.stdout.write(kept);
    kept = '';
  };
  process.once('exit', flush);
  return {
    write(line: string) {
      kept += line;
      if (kept.length >= MOST_CHARACTERS) flush();
      else timer ??= setTimeout(flush, KEPT_MS).unref();
    },
  };
}
