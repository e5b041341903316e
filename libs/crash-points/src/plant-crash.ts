type Method = (...args: unknown[]) => Promise<unknown>;

const CRASH_AT = /^(?<when>before|after) (?<name>\S+)\.(?<method>\w+)(?: #(?<nth>\d+))?$/;

/**
 * Kills this process, as a power cut would, before or after a call of one of these objects: `at` is `before stepDao.begin`
 * or `after stepDao.done #2` (its second call). One method of a DAO is one atomic unit, so these are all the moments
 * between two writes. Nothing is planted without `at`, or when it names an object of another process. @throws TypeError
 * for what names no method of the object.
 */
export function plantCrash(objects: Record<string, object>, at: string | undefined): void {
  if (at === undefined) return;
  const { when, name = '', method = '', nth = '1' } = CRASH_AT.exec(at)?.groups ?? {};
  if (when === undefined) throw new TypeError(`${at} is no crash point: before|after object.method [#call]`);
  const object = objects[name] as Record<string, unknown> | undefined;
  if (!object) return;
  const original = object[method];
  if (typeof original !== 'function') throw new TypeError(`${name} has no method ${method}`);
  let left = Number(nth);
  const crashing: Method = async (...args) => {
    const isNow = --left === 0;
    if (isNow && when === 'before') crash();
    try {
      return await (original as Method).apply(object, args);
    } finally {
      // Also after a call that failed: its effect may be there although its answer was lost.
      if (isNow) crash();
    }
  };
  Object.defineProperty(object, method, { value: crashing, configurable: true, writable: true });
}

/** No handler runs and nothing is flushed. */
const crash = () => process.kill(process.pid, 'SIGKILL');
