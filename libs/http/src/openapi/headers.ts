import { answerHeaders, type HeaderName } from '@polycloud/contracts';
import type { Json } from './json-schema';

/** On every answer of the gateway, whatever it is. */
const EVERYWHERE: readonly HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];

/** The headers that answers share, for the document's components. */
export const headerComponents: Json = Object.fromEntries(
  Object.entries(answerHeaders).map(([name, { description, always, schema, example }]) => [
    name,
    { description, required: always, schema, example },
  ]),
);

/** The headers of one answer, as references. */
export const headersNamed = (names: readonly HeaderName[]): Json => ({
  headers: Object.fromEntries(
    [...new Set([...EVERYWHERE, ...names])].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  ),
});
