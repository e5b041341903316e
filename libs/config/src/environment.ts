import { readFileSync } from 'node:fs';
import Joi from 'joi';
import { refusals } from './production';

/** Variables by name; what is undefined or empty is not set. */
export type Environment = Record<string, string | undefined>;

/** What the settings are read from: the values of all sources, and why a sealed one among them could not be opened. */
interface LoadedEnvironment {
  values: Environment;
  unopened: ReadonlyMap<string, string>;
}

/** The environment does not fit the settings; the message names every wrong one, and `settings` is what was asked for. */
export class ConfigError extends Error {
  constructor(
    message: string,
    readonly settings?: Joi.ObjectSchema,
  ) {
    super(message);
  }
}

let loaded: LoadedEnvironment = { values: process.env, unopened: new Map() };

/** From now on settings are read from here. */
export function useEnvironment(environment: LoadedEnvironment): void {
  loaded = environment;
}

/**
 * Reads the settings into one typed object: from what `loadEnvironment` has gathered, or from the process's own
 * environment before. `X_FILE` names a file whose content is the value of `X` (for secrets). Throws ConfigError, which
 * names every wrong, missing, unsafe or unopened setting at once and never shows a value.
 */
export function readConfig<T>(settings: Joi.ObjectSchema<T>, environment?: Environment): T {
  const { values, unopened } = environment ? { values: environment, unopened: new Map<string, string>() } : loaded;
  const problems: string[] = [];
  const given: Environment = {};
  for (const name of namesOf(settings)) {
    const reason = unopened.get(name);
    if (reason) problems.push(`${name} is sealed and cannot be opened: ${reason}`);
    given[name] = valueOf(name, values);
  }
  const result = settings.validate(given, { abortEarly: false, errors: { wrap: { label: false } } });
  problems.push(...(result.error?.details ?? []).filter(({ path }) => !unopened.has(String(path[0]))).map(ruleOf));
  problems.push(...refusals(settings, (result.value ?? {}) as Record<string, unknown>));
  if (problems.length > 0) throw new ConfigError(explain(problems), settings);
  return Object.freeze(result.value as T);
}

/** The schema behind a service's reader: an empty environment fits none, and the refusal carries what was asked for. */
export function settingsOf(read: () => unknown): Joi.ObjectSchema {
  const before = loaded;
  try {
    useEnvironment({ values: {}, unopened: new Map() });
    read();
  } catch (error) {
    if (error instanceof ConfigError && error.settings) return error.settings;
    throw error;
  } finally {
    useEnvironment(before);
  }
  throw new Error('This reader needs no setting at all');
}

/** The names of a schema's settings. `describe()` tells them too, but takes 10 ms of each start. */
const namesOf = ({ $_terms }: Joi.ObjectSchema): string[] => (($_terms['keys'] ?? []) as { key: string }[]).map(({ key }) => key);

function valueOf(name: string, environment: Environment): string | undefined {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  const file = environment[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`${name}_FILE: the file ${file} cannot be read`);
  }
}

// Joi quotes the offending value in some messages; a setting may be a secret, so only the rule is told.
const ruleOf = ({ message }: Joi.ValidationErrorItem) => message.replace(/ with value "[^]*?" /, ' ');

const explain = (problems: string[]) =>
  `The environment is not complete:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nSee the table of settings in README.md.`;
