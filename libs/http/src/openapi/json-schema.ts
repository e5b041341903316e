import type Joi from 'joi';

export type Json = Record<string, unknown>;

/** Which way a value goes: what comes in may leave out what has a default, what goes out has it. */
export type Direction = 'input' | 'output';

type JsonSchemaWriter = Record<Direction, (options: { target: string }) => Json>;

/** Joi itself writes JSON Schema 2020-12, the dialect of OpenAPI 3.1. Answers may grow, so they stay open to new fields. */
export function jsonSchemaOf(schema: Joi.AnySchema, direction: Direction): Json {
  const standard = (schema as unknown as { '~standard': { jsonSchema: JsonSchemaWriter } })['~standard'];
  return mendedFor(direction, standard.jsonSchema[direction]({ target: 'draft-2020-12' })) as Json;
}

function mendedFor(direction: Direction, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((item) => mendedFor(direction, item));
  if (part === null || typeof part !== 'object') return part;
  const entries = Object.entries(part)
    .filter(([name, value]) => !(direction === 'output' && name === 'additionalProperties' && value === false))
    .map(([name, value]) => [name, mendedFor(direction, value)] as const);
  return nullBeside(Object.fromEntries(entries));
}

/** Generators stumble over `type: [x, "null"]` with an enum or properties, so the null stands beside the schema. */
function nullBeside(schema: Json): Json {
  const { type, description, ...rest } = schema;
  if (!Array.isArray(type) || !type.includes('null') || !('enum' in rest || 'properties' in rest)) return schema;
  const [own] = type.filter((name) => name !== 'null') as string[];
  return { ...(description !== undefined && { description }), anyOf: [{ type: own, ...rest }, { type: 'null' }] };
}
