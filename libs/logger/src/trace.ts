import type { Logger } from './logger';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Logs entry and exit of every method of the objects, once, from outside: function, outcome and milliseconds, with the
 * request id of the context; never the arguments. Own properties are set on each instance, so calls through `this` are
 * logged too and `#private` members keep working. With the level off nothing is wrapped and nothing is paid.
 */
export function traceCalls(objects: Record<string, object>, logger: Logger): void {
  if (!logger.debugEnabled) return;
  for (const [name, object] of Object.entries(objects)) {
    for (const method of methodsOf(object)) wrap(object, method, `${name}.${method}`, logger);
  }
}

function methodsOf(object: object): Set<string> {
  const found = new Set<string>();
  for (
    let owner: object | null = object;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const value: unknown = property.value;
      // A class that the instance holds (a model) is something it uses, not something it does.
      const held = owner === object && typeof value === 'function' && Object.hasOwn(value, 'prototype');
      if (name !== 'constructor' && typeof value === 'function' && !held) found.add(name);
    }
  }
  return found;
}

function wrap(object: object, method: string, label: string, logger: Logger): void {
  const original = (object as Record<string, Method>)[method];
  if (!original) return;
  const traced: Method = function (...args) {
    const started = performance.now();
    logger.debug('entry', { function: label });
    const exit = (outcome: string) =>
      logger.debug('exit', { function: label, outcome, ms: Math.round((performance.now() - started) * 1000) / 1000 });
    try {
      const result = original.apply(this, args);
      if (!(result instanceof Promise)) {
        exit('ok');
        return result;
      }
      return result.then(
        (value: unknown) => {
          exit('ok');
          return value;
        },
        (error: unknown) => {
          exit(outcomeOf(error));
          throw error;
        },
      );
    } catch (error) {
      exit(outcomeOf(error));
      throw error;
    }
  };
  Object.defineProperty(object, method, { value: Object.assign(traced, original), configurable: true, writable: true });
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
