import { type Endpoint, type Endpoints, errorCatalogue, namedSchemas } from '@polycloud/contracts';
import Joi from 'joi';

type Json = Record<string, unknown>;

/** One tag of the document: a resource and its endpoints. */
export interface DocumentedGroup {
  tag: string;
  endpoints: Endpoints;
}

/** The OpenAPI 3.1 document of the endpoints that clients may call; named schemas become components. */
export function openApiOf(
  groups: readonly DocumentedGroup[],
  info: { title: string; version: string; description: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const { tag, endpoints } of groups) {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      if (endpoint.access === 'service') continue;
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
      (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint, operationId(tag, name), tag);
    }
  }
  return {
    openapi: '3.1.0',
    info,
    tags: [...new Set(groups.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...componentSchemas(), Problem: problemSchema() },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

/** `orders.place` -> `placeOrders` reads badly, so the resource follows the verb as it is: `ordersPlace`. */
const operationId = (tag: string, name: string) => `${tag}${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;

function operationOf(endpoint: Endpoint, id: string, tag: string): Json {
  return {
    operationId: id,
    tags: [tag],
    summary: endpoint.summary,
    security: endpoint.access === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(endpoint.idempotent ? [idempotencyHeader] : []),
    ],
    ...(endpoint.body && {
      requestBody: { required: true, content: { 'application/json': { schema: refer(schemaOf(endpoint.body, 'input')) } } },
    }),
    responses: {
      [endpoint.status]: {
        description: endpoint.summary,
        ...(endpoint.returns && { content: contentOf(endpoint) }),
      },
      default: {
        description: `Problem. Codes: ${[...(endpoint.fails ?? []), 'VALIDATION_FAILED', 'INTERNAL'].join(', ')}`,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body gives the first answer again, for 24 hours',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function parametersOf(schema: Joi.ObjectSchema | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const json = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || (json.required?.includes(name) ?? false),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

/** An answer that is a stream or a file has its own media type; others are JSON in the envelope. */
function contentOf(endpoint: Endpoint): Json {
  const json = { 'application/json': { schema: answerSchema(endpoint) } };
  const stream = { schema: refer(schemaOf(endpoint.returns as Joi.AnySchema, 'output')) };
  if (endpoint.produces?.includes('text/event-stream')) return { 'text/event-stream': stream };
  return {
    ...json,
    ...Object.fromEntries((endpoint.produces ?? []).map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
  };
}

function answerSchema(endpoint: Endpoint): Json {
  const data = refer(schemaOf(endpoint.returns as Joi.AnySchema, 'output'));
  if (endpoint.bare) return data;
  const page = endpoint.paged && { page: { $ref: '#/components/schemas/Page' } };
  return { type: 'object', properties: { requestId: { type: 'string' }, data, ...page }, required: ['requestId', 'data'] };
}

function componentSchemas(): Record<string, Json> {
  return Object.fromEntries(
    [...namedSchemas()].map(([name, schema]) => [name, refer(schemaOf(schema, directionOf(name)), name)]),
  );
}

/** Schemas of bodies are called New..., or are what a client logs in with; their defaults are filled by the server. */
const directionOf = (name: string) => (/^New|^OrderItem$|^Credentials$/.test(name) ? 'input' : 'output');

/** Joi itself writes JSON Schema 2020-12, the dialect of OpenAPI 3.1. Answers may grow, so they stay open to new fields. */
function schemaOf(schema: Joi.AnySchema, direction: 'input' | 'output'): Json {
  const standard = (
    schema as unknown as { '~standard': { jsonSchema: Record<'input' | 'output', (o: { target: string }) => Json> } }
  )['~standard'];
  const json = standard.jsonSchema[direction]({ target: 'draft-2020-12' });
  return direction === 'input' ? json : openToNewFields(json);
}

function openToNewFields<T>(json: T): T {
  if (Array.isArray(json)) return json.map(openToNewFields) as T;
  if (json === null || typeof json !== 'object') return json;
  const entries = Object.entries(json).filter(([name, value]) => !(name === 'additionalProperties' && value === false));
  return Object.fromEntries(entries.map(([name, value]) => [name, openToNewFields(value as unknown)])) as T;
}

/** Replaces every part that is a named schema, word for word, by a reference to it. */
function refer(json: Json, except?: string): Json {
  const known = new Map(
    [...namedSchemas()]
      .filter(([name]) => name !== except)
      .map(([name, schema]) => [JSON.stringify(schemaOf(schema, directionOf(name))), name]),
  );
  const walk = (part: unknown): unknown => {
    if (part === null || typeof part !== 'object') return part;
    const name = known.get(JSON.stringify(part));
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
    if (Array.isArray(part)) return part.map(walk);
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, walk(value)]));
  };
  return walk(json) as Json;
}

function problemSchema(): Json {
  return {
    type: 'object',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string', enum: Object.keys(errorCatalogue) },
      requestId: { type: 'string' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: { field: { type: 'string' }, message: { type: 'string' } },
          required: ['field', 'message'],
        },
      },
      hint: { type: 'string' },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  };
}
