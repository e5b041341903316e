import type { Endpoint } from '@polycloud/contracts';
import type Joi from 'joi';
import type { Components } from './components';
import { exampleOf } from './examples';
import { type Json, jsonSchemaOf } from './json-schema';
import { capitalised, responsesOf } from './responses';

/** One operation of the document. */
export function operationOf(endpoint: Endpoint, tag: string, components: Components): Json {
  const also = endpoint.alsoAt && { description: `Also at ${endpoint.alsoAt.join(', ')}` };
  return {
    operationId: endpoint.operation,
    tags: [tag],
    summary: endpoint.summary,
    ...also,
    security: endpoint.access === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(endpoint.idempotent ? [idempotencyHeader] : []),
    ],
    ...requestBodyOf(endpoint, components),
    responses: responsesOf(endpoint, components),
  };
}

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body gives the first answer again, for 24 hours',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The body that the endpoint takes, in the document's own words. */
export function requestBodyOf({ body, rawBody, operation = '' }: Endpoint, components: Components): Json | undefined {
  if (rawBody) return { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } } };
  if (!body) return undefined;
  const referred = components.refer(body, 'input');
  const schema = '$ref' in referred ? referred : components.add(`${capitalised(operation)}Request`, referred);
  return { requestBody: { required: true, content: { 'application/json': { schema, example: exampleOf(body) } } } };
}

function parametersOf(schema: Joi.ObjectSchema | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const json = jsonSchemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property;
    const required = place === 'path' || (json.required?.includes(name) ?? false);
    return { name, in: place, required, ...(description !== undefined && { description }), schema: rest };
  });
}
