import type { Endpoint } from './endpoint';
import type { ErrorCode } from './errors';

/** A header of answers, as clients read it. One that is `always` there is so on every answer that names it. */
interface AnswerHeader {
  description: string;
  always: boolean;
  schema: { type: 'string' | 'integer'; enum?: readonly string[]; minimum?: number };
  example: string | number;
}

const text = { type: 'string' } as const;

/** Headers that clients may rely on. */
export const answerHeaders = {
  'X-Request-Id': {
    description: 'Under which everything is logged that the request caused; the one of the request, if it had one',
    always: true,
    schema: text,
    example: '019a0c5e-7b1a-7c3d-8e4f-000000000001',
  },
  Location: {
    description: 'Where the process is followed that carries the request out',
    always: true,
    schema: text,
    example: '/user/process/019a0c5e-7b1a-7c3d-8e4f-5a6b7c8d9e0f',
  },
  'Retry-After': {
    description: 'Seconds to wait before one asks again',
    always: true,
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  ETag: { description: 'The version of the data, for If-None-Match', always: true, schema: text, example: '"8c1f"' },
  'X-Cache': {
    description: 'Whether the cloud had to be read',
    always: true,
    schema: { type: 'string', enum: ['HIT', 'MISS'] },
    example: 'HIT',
  },
  'Idempotent-Replayed': {
    description: 'The answer is the first one to this Idempotency-Key',
    always: false,
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'WWW-Authenticate': {
    description: 'How to authenticate',
    always: true,
    schema: text,
    example: 'Bearer error="invalid_token"',
  },
  'RateLimit-Policy': {
    description: 'The allowances that count: requests (q) in seconds (w)',
    always: false,
    schema: text,
    example: '"address";q=12000;w=60, "read";q=3000;w=60',
  },
  RateLimit: {
    description: 'What is left of the one that is nearest to its end: requests (r), for seconds (t)',
    always: false,
    schema: text,
    example: '"read";r=2999;t=60',
  },
} as const satisfies Record<string, AnswerHeader>;

export type HeaderName = keyof typeof answerHeaders;

/** What a failure bears besides. */
export const failureHeaders: Partial<Record<ErrorCode, HeaderName>> = {
  NOT_AUTHENTICATED: 'WWW-Authenticate',
  RATE_LIMITED: 'Retry-After',
};

/** The headers of an endpoint's success. */
export const headersOf = ({ status, idempotent, headers = [] }: Endpoint): readonly HeaderName[] => [
  ...headers,
  // What goes on after its answer is asked for again.
  ...(status === 202 ? (['Retry-After'] as const) : []),
  ...(idempotent ? (['Idempotent-Replayed'] as const) : []),
];
