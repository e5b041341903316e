import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, ServiceCaller } from '@polycloud/auth';
import {
  AppError,
  type BodyOf,
  type Endpoint,
  type Endpoints,
  type FieldError,
  type Paged,
  type ParamsOf,
  type QueryOf,
  type ReturnOf,
} from '@polycloud/contracts';
import type Joi from 'joi';
import { LRUCache } from 'lru-cache';
import type { Reply, StreamReply } from './reply';

type CallerOf<E extends Endpoint> = E extends { access: 'service' }
  ? ServiceCaller
  : E extends { access: 'public' }
    ? undefined
    : Caller;

/** What a request brings, validated by its contract. */
export interface Input<E extends Endpoint> {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  caller: CallerOf<E>;
  /** Only for endpoints that honour `Idempotency-Key`. */
  idempotencyKey: string | undefined;
  headers: IncomingHttpHeaders;
  /** The client's address. */
  address: string;
}

type ItemOf<T> = T extends readonly (infer I)[] ? I : never;
type Plain<E extends Endpoint> = E extends { paged: true }
  ? Paged<ItemOf<ReturnOf<E>>> | Exclude<ReturnOf<E>, unknown[]>
  : ReturnOf<E>;

/** What a handler may answer: the data that the contract promises, or a Reply around it. */
export type Answer<E extends Endpoint> = Plain<E> | Reply<Plain<E> | ReturnOf<E> | undefined> | StreamReply;

/** A query as it stands in the URL, and what it says. */
export interface RawQuery {
  text: string;
  parse: () => unknown;
}

/** What arrives at a handler before validation. */
export type RawInput = Omit<Input<Endpoint>, 'params' | 'query' | 'body' | 'caller'> & {
  params: unknown;
  /** Known once it has been validated. */
  query?: unknown;
  rawQuery: RawQuery;
  body: unknown;
  caller: unknown;
};

/** An endpoint's handler: validates by the contract, then calls one operation. Throws VALIDATION_FAILED. */
export interface Handler<E extends Endpoint = Endpoint> {
  (raw: RawInput): Promise<Answer<E>> | Answer<E>;
  readonly endpoint: E;
}

/** A controller that has a handler for each endpoint of the contract. */
export type ControllerOf<G extends Endpoints> = { readonly [K in keyof G]: Handler<G[K]> };

type Schemas = Record<'path' | 'query' | 'body', Joi.AnySchema | undefined>;
/** Queries found valid lately, by their text: clients ask the same again and again. */
type KnownQueries = LRUCache<string, object>;

const MOST_QUERIES = 200;
const LONGEST_QUERY = 256;

/** Binds a contract to an operation. VALIDATION_FAILED lists every wrong field of path, query, header and body at once. */
export function handle<E extends Endpoint>(
  endpoint: E,
  operation: (input: Input<E>) => Promise<Answer<E>> | Answer<E>,
): Handler<E> {
  const schemas = schemasOf(endpoint);
  const queries: KnownQueries = new LRUCache({ max: MOST_QUERIES });
  const handler = (raw: RawInput) => operation(validated(endpoint, { schemas, queries }, raw));
  return Object.assign(handler, { endpoint });
}

/** Made once for each endpoint: Joi takes longer to put a schema together than to validate by it. */
function schemasOf({ params, query, body }: Endpoint): Schemas {
  const prefs = { abortEarly: false, errors: { wrap: { label: false }, label: false } } as const;
  return {
    path: params?.prefs({ ...prefs, convert: true }),
    query: query?.prefs({ ...prefs, convert: true }),
    body: body?.required().prefs({ ...prefs, convert: false }),
  };
}

function validated<E extends Endpoint>(
  endpoint: E,
  { schemas, queries }: { schemas: Schemas; queries: KnownQueries },
  raw: RawInput,
): Input<E> {
  const errors: FieldError[] = [];
  const check = (part: keyof Schemas, value: unknown): unknown => {
    const schema = schemas[part];
    if (!schema) return refuseUnasked(part, value, errors);
    const result = schema.validate(value);
    for (const detail of result.error?.details ?? [])
      errors.push({ field: fieldName(part, detail.path), message: detail.message });
    return result.value as unknown;
  };
  const params = check('path', { ...(raw.params as object) });
  const { text, parse } = raw.rawQuery;
  const known = queries.get(text);
  const query = known ?? Object.freeze(check('query', parse()));
  const body = endpoint.rawBody ? raw.body : check('body', raw.body);
  const idempotencyKey = endpoint.idempotent ? keyOf(raw.headers, errors) : undefined;
  if (errors.length > 0) {
    throw new AppError('VALIDATION_FAILED', `${endpoint.method} ${endpoint.path}: ${errors.length} field(s) are not valid`, {
      errors,
    });
  }
  if (!known && text.length <= LONGEST_QUERY) queries.set(text, query);
  // The same object, so that what is lazy in it (the address) stays so.
  return Object.assign<RawInput, object>(raw, { params, query, body, idempotencyKey }) as Input<E>;
}

/** Query parameters and bodies that nobody asked for are refused; path parameters always fit the route. */
function refuseUnasked(part: string, value: unknown, errors: FieldError[]): unknown {
  const given = part === 'path' ? [] : Object.keys((value as object | undefined) ?? {});
  for (const name of given) errors.push({ field: `${part}.${name}`, message: 'is not allowed' });
  return part === 'body' ? undefined : value;
}

function fieldName(part: string, path: (string | number)[]): string {
  return path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}.${step}`), part);
}

function keyOf(headers: IncomingHttpHeaders, errors: FieldError[]): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  // The draft standard writes the key as a quoted string, most clients send it bare.
  const bare = typeof key === 'string' ? key.replace(/^"(.*)"$/, '$1') : '';
  if (!/^[\x21-\x7e]{1,255}$/.test(bare))
    errors.push({ field: 'header.Idempotency-Key', message: 'must be 1 to 255 visible characters' });
  return bare;
}
