import { namedSchemas } from '@polycloud/contracts';
import type Joi from 'joi';
import { type Direction, type Json, jsonSchemaOf } from './json-schema';

/**
 * The schemas that the document names. A part that is a named schema becomes a reference to it; only what is referred
 * to is listed, so what services tell each other stays among them.
 */
export class Components {
  private readonly listed = new Map<string, Json>();
  private readonly nameOf = new Map<string, string>();

  constructor() {
    for (const [name, schema] of namedSchemas()) {
      for (const direction of ['input', 'output'] as const) this.nameOf.set(keyOf(jsonSchemaOf(schema, direction)), name);
    }
  }

  /** The schema with references. What is first met as an input is listed as the input that it must be. */
  refer(schema: Joi.AnySchema, direction: Direction): Json {
    return this.walk(jsonSchemaOf(schema, direction), direction) as Json;
  }

  /** Lists a schema under a name of the document's own, and refers to it. */
  add(name: string, schema: Json): Json {
    if (namedSchemas().has(name)) throw new Error(`The name ${name} is taken by a schema of the contracts`);
    this.listed.set(name, schema);
    return referenceTo(name);
  }

  /** All that is listed, by name. */
  all(): Record<string, Json> {
    return Object.fromEntries([...this.listed].sort(([one], [other]) => one.localeCompare(other)));
  }

  private walk(part: unknown, direction: Direction): unknown {
    if (part === null || typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map((item) => this.walk(item, direction));
    const name = this.nameOf.get(keyOf(part as Json));
    return name === undefined ? this.walkMembers(part, direction) : this.use(name, part as Json, direction);
  }

  private walkMembers(part: object, direction: Direction): Json {
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, this.walk(value, direction)]));
  }

  private use(name: string, part: Json, direction: Direction): Json {
    const schema = namedSchemas().get(name);
    if (schema && !this.listed.has(name)) {
      this.listed.set(name, {});
      this.listed.set(name, this.walkMembers(jsonSchemaOf(schema, direction), direction));
    }
    const { description } = part;
    return { ...referenceTo(name), ...(description !== undefined && { description }) };
  }
}

const referenceTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** Two schemas are the same when they differ in their description at most. */
function keyOf(schema: Json): string {
  const { description: _, ...rest } = schema;
  return JSON.stringify(rest);
}
