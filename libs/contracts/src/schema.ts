import Joi from 'joi';

type Shape = Record<string, Joi.AnySchema>;
type Flat<T> = { [K in keyof T]: T[K] } & {};

/** The TypeScript type that a schema lets through. */
export type Infer<S> = S extends Joi.AnySchema<infer V> ? V : never;

/**
 * An object schema with its exact type: `required` keys must be there, `optional` keys may be, and `filled` keys
 * carry a default, so they are there after validation. Unknown keys are refused.
 */
export function record<R extends Shape, O extends Shape = {}, F extends Shape = {}>(required: R, optional?: O, filled?: F) {
  const keys: Shape = { ...optional, ...filled };
  for (const [name, schema] of Object.entries(required)) keys[name] = schema.required();
  return Joi.object<Flat<{ [K in keyof R]: Infer<R[K]> } & { [K in keyof O]?: Infer<O[K]> } & { [K in keyof F]: Infer<F[K]> }>>(
    keys,
  );
}

/** An array whose items all follow one schema. */
export const list = <S extends Joi.AnySchema>(item: S) => Joi.array().items(item) as Joi.ArraySchema<Infer<S>[]>;

/** One of the given words. */
export const oneOf = <const V extends string>(...values: V[]) => Joi.string<V>().valid(...values);

/** The same schema, `null` let through too. */
export const nullable = <S extends Joi.AnySchema>(schema: S) => schema.allow(null) as Joi.AnySchema<Infer<S> | null>;

/** Either of two shapes. */
export const either = <A extends Joi.AnySchema, B extends Joi.AnySchema>(a: A, b: B) =>
  Joi.alternatives(a, b) as Joi.AlternativesSchema<Infer<A> | Infer<B>>;

const names = new Map<string, Joi.AnySchema>();

/** Gives a schema the name under which the OpenAPI document lists it. A name is given once. */
export function named<S extends Joi.AnySchema>(name: string, schema: S): S {
  if (names.has(name)) throw new Error(`Two schemas are named ${name}`);
  names.set(name, schema);
  return schema;
}

/** All named schemas, in the order in which they were declared. */
export const namedSchemas = (): ReadonlyMap<string, Joi.AnySchema> => names;
