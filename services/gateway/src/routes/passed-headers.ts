import type { IncomingHttpHeaders, IncomingMessage, OutgoingMessage } from 'node:http';

/** What a client may say to a service; every other header, an identity above all, stays at the gateway. */
const PASSED = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** Payment gateways sign their events in headers of their own. */
const SIGNATURES = /^((stripe|sandbox|x-razorpay)-signature|x-razorpay-event-id|hashstring)$/;

/** What is said of the one connection and not of the answer. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'trailer', 'transfer-encoding', 'upgrade'];

/** The headers of a request that are passed on: of the client's own only those that are known to be harmless. */
export function passedHeaders({ headers, url = '' }: IncomingMessage): Record<string, string> {
  const webhook = url.startsWith('/payment/webhook/');
  const passed: Record<string, string> = {};
  for (const name in headers) {
    if (PASSED.has(name) || (webhook && SIGNATURES.test(name))) passed[name] = String(headers[name]);
  }
  return passed;
}

/** Takes out of a service's answer what it says of its own connection; about the client's, the gateway decides. */
export function keepConnectionApart(headers: IncomingHttpHeaders, answer: OutgoingMessage): void {
  for (const name of OF_THE_CONNECTION) delete headers[name];
  const said = answer.getHeader('connection');
  if (said !== undefined) headers.connection = String(said);
}
