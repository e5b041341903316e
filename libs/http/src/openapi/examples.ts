import type Joi from 'joi';

interface Described {
  type?: string;
  keys?: Record<string, Described>;
  items?: Described[];
  matches?: { schema?: Described }[];
  allow?: unknown[];
  examples?: unknown[];
  flags?: { only?: boolean; default?: unknown; presence?: string; format?: string };
  rules?: { name: string; args?: { limit?: number } }[];
}

const ID = '019a0c5e-7b1a-7c3d-8e4f-5a6b7c8d9e0f';
const TIME = '2026-11-21T08:30:00.000Z';

/** A value that the schema lets through, made of the examples that its fields carry. */
export const exampleOf = (schema: Joi.AnySchema): unknown => exampleFrom(schema.describe());

function exampleFrom(schema: Described): unknown {
  if (schema.examples?.length) return schema.examples[0];
  if (schema.flags?.default !== undefined) return schema.flags.default;
  if (schema.flags?.only) return schema.allow?.[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.keys ?? {}).map(([name, field]) => [name, exampleFrom(field)]));
    case 'array':
      return schema.items?.[0] ? [exampleFrom(schema.items[0])] : [];
    case 'alternatives':
      return schema.matches?.[0]?.schema ? exampleFrom(schema.matches[0].schema) : {};
    case 'number':
      return schema.rules?.find(({ name }) => name === 'min')?.args?.limit ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return exampleText(schema);
    default:
      return null;
  }
}

function exampleText({ rules = [] }: Described): string {
  const has = (name: string) => rules.some((rule) => rule.name === name);
  if (has('guid')) return ID;
  if (has('isoDate')) return TIME;
  if (has('uri')) return 'https://client.example.com/callbacks';
  return 'text';
}
