import Joi from 'joi';

/** Why a value must not serve real users, and where. `prod`: only there; `deployed`: wherever NODE_ENV is production. */
export interface Refusal<V = never> {
  where: 'prod' | 'deployed';
  reason: string;
  unsafe: (value: V) => boolean;
}

const META = 'refusal';

/** Marks a setting of which some values, a default among them, are refused in production with this reason. */
export function refuse<S extends Joi.AnySchema>(schema: S, refusal: Refusal<S extends Joi.AnySchema<infer V> ? V : never>): S {
  return schema.meta({ [META]: refusal });
}

/** One line for each value that may not be used in this environment. Shows no value. */
export function refusals(settings: Joi.ObjectSchema, values: Record<string, unknown>): string[] {
  const { NODE_ENV, APP_ENV } = values;
  if (NODE_ENV !== 'production') return [];
  return Object.entries(refusalsOf(settings))
    .filter(([name, { where, unsafe }]) => {
      const applies = where === 'deployed' || APP_ENV === 'prod';
      return applies && values[name] !== undefined && unsafe(values[name] as never);
    })
    .map(([name, { where, reason }]) => `${name} is refused in ${where === 'prod' ? 'APP_ENV prod' : 'production'}: ${reason}`);
}

/** The refusals of a schema by the name of their setting. */
export function refusalsOf(settings: Joi.ObjectSchema): Record<string, Refusal> {
  const described = settings.describe() as { keys?: Record<string, { metas?: Record<string, Refusal>[] }> };
  return Object.fromEntries(
    Object.entries(described.keys ?? {}).flatMap(([name, { metas = [] }]) =>
      metas.filter((meta) => META in meta).map((meta) => [name, meta[META] as Refusal]),
    ),
  );
}
