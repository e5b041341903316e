import {
  type Endpoint,
  type ErrorCode,
  errorCatalogue,
  failureHeaders,
  type HeaderName,
  headersOf,
  Page,
} from '@polycloud/contracts';
import type Joi from 'joi';
import type { Components } from './components';
import { exampleOf } from './examples';
import { headersNamed } from './headers';
import type { Json } from './json-schema';

const REQUEST_ID = '019a0c5e-7b1a-7c3d-8e4f-000000000001';

/** The answers of an endpoint: its success, the failures that it names, and every other failure. */
export function responsesOf(endpoint: Endpoint, components: Components): Json {
  const { status, summary, returns } = endpoint;
  return {
    [status]: {
      description: summary,
      ...headersNamed(headersOf(endpoint)),
      ...(returns && { content: contentOf(endpoint, returns, components) }),
    },
    ...Object.fromEntries(
      Object.entries(codesByStatus(endpoint)).map(([code, codes]) => [code, problem(codes.join(', '), codes)]),
    ),
    default: problem('Any other failure', []),
  };
}

const problem = (description: string, codes: ErrorCode[]) => ({
  description,
  ...headersNamed(headersOfAll(codes)),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** Only what each of the codes brings along can be promised. */
function headersOfAll(codes: ErrorCode[]): HeaderName[] {
  const [first, ...others] = new Set(codes.map((code) => failureHeaders[code]));
  return first && others.length === 0 ? [first] : [];
}

function codesByStatus({ fails = [], access = 'user', body }: Endpoint): Record<string, ErrorCode[]> {
  const codes = new Set<ErrorCode>(fails);
  codes.add('VALIDATION_FAILED').add('RATE_LIMITED');
  if (body) codes.add('MALFORMED_JSON').add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE');
  if (access !== 'public') codes.add('NOT_AUTHENTICATED');
  if (access === 'admin') codes.add('FORBIDDEN');
  const byStatus: Record<string, ErrorCode[]> = {};
  for (const code of codes) (byStatus[errorCatalogue[code].status] ??= []).push(code);
  return byStatus;
}

/** An answer that is a stream or a file has its own media type; others are JSON in the envelope. */
function contentOf(endpoint: Endpoint, returns: Joi.AnySchema, components: Components): Json {
  const { produces = [], bare, paged, operation = '' } = endpoint;
  const data = components.refer(returns, 'output');
  if (produces.includes('text/event-stream')) return { 'text/event-stream': { schema: data } };
  const files = Object.fromEntries(produces.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
  if (bare) return { 'application/json': { schema: data }, ...files };
  const schema = components.add(`${capitalised(operation)}Answer`, envelopeOf(endpoint, data, components));
  const page = { limit: 20, nextCursor: null };
  const example = { requestId: REQUEST_ID, data: exampleOf(returns), ...(paged && { page }) };
  return { 'application/json': { schema, example }, ...files };
}

function envelopeOf({ returns, paged }: Endpoint, data: Json, components: Components): Json {
  const page = paged && { page: components.refer(Page, 'output') };
  // An endpoint that answers a list or something else has a page only with the list.
  const required = ['requestId', 'data', ...(paged && returns?.type === 'array' ? ['page'] : [])];
  return { type: 'object', properties: { requestId: { type: 'string' }, data, ...page }, required };
}

/** `placeOrder` as a type: `PlaceOrder`. */
export const capitalised = (name: string) => `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
