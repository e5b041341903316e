import type Joi from 'joi';
import type { ErrorCode } from './errors';
import type { HeaderName } from './headers';
import type { Infer } from './schema';

/** Who may call: anyone, a signed-in user (or a service on his behalf), an admin, or only another service. */
export type Access = 'public' | 'user' | 'admin' | 'service';

/** The promise of one endpoint: the single source of validation, types, clients and the OpenAPI document. */
export interface Endpoint {
  /** Its name in generated clients: verb and noun in camel case, unique, for ever. Every endpoint that clients may call has one. */
  readonly operation?: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Parameters as `:name`. */
  readonly path: string;
  /** Further paths that answer the same. */
  readonly alsoAt?: readonly string[];
  readonly summary: string;
  /** Default: `user`. */
  readonly access?: Access;
  readonly params?: Joi.ObjectSchema;
  readonly query?: Joi.ObjectSchema;
  readonly body?: Joi.AnySchema;
  /** Largest body in bytes, where it is not the usual 100 KiB. */
  readonly bodyLimit?: number;
  /** The body reaches the handler as the bytes that were sent, for signatures over them; it is not parsed. */
  readonly rawBody?: true;
  readonly status: 200 | 201 | 202 | 204;
  readonly returns?: Joi.AnySchema;
  /** The answer is a list with a cursor. */
  readonly paged?: true;
  /** `Idempotency-Key` is honoured. */
  readonly idempotent?: true;
  /** The answer is the bare document, without the envelope (JWKS, OpenAPI). */
  readonly bare?: true;
  /** Other media types that the answer may have (text/event-stream, application/pdf). */
  readonly produces?: readonly string[];
  /** Headers of its success, besides those that its status and its other fields bring along. */
  readonly headers?: readonly HeaderName[];
  readonly fails?: readonly ErrorCode[];
}

/** Endpoints of one resource, by operation name. */
export type Endpoints = Record<string, Endpoint>;

/** Declares an endpoint and keeps its exact type. */
export const endpoint = <const E extends Endpoint>(declaration: E): E => declaration;

export type ParamsOf<E extends Endpoint> = E extends { params: infer S } ? Infer<S> : {};
export type QueryOf<E extends Endpoint> = E extends { query: infer S } ? Infer<S> : {};
export type BodyOf<E extends Endpoint> = E extends { rawBody: true }
  ? Buffer
  : E extends { body: infer S }
    ? Infer<S>
    : undefined;
export type ReturnOf<E extends Endpoint> = E extends { returns: infer S } ? Infer<S> : void;
