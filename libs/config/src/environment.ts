import { readFileSync } from 'node:fs';
import Joi from 'joi';

/** The environment does not fit the settings; the message names every wrong one. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings from the environment into one typed object. `X_FILE` names a file whose content is the value of
 * `X` (for secrets). Throws ConfigError, which names every wrong or missing setting at once and never shows a value.
 */
export function readConfig<T>(settings: Joi.ObjectSchema<T>, environment: Environment = process.env): T {
  const names = Object.keys((settings.describe() as { keys?: object }).keys ?? {});
  const values: Environment = {};
  for (const name of names) values[name] = valueOf(name, environment);
  const result = settings.validate(values, { abortEarly: false, errors: { wrap: { label: false } } });
  if (result.error) throw new ConfigError(explain(result.error));
  return Object.freeze(result.value);
}

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

function explain(error: Joi.ValidationError): string {
  const lines = error.details.map((detail) => {
    // Joi quotes the offending value in some messages; a setting may be a secret, so only the rule is told.
    const rule = detail.message.replace(/ with value "[^]*?" /, ' ');
    return `  ${rule}`;
  });
  return `The environment is not complete:\n${lines.join('\n')}\nSee the table of settings in README.md.`;
}
