import type { IncomingMessage } from 'node:http';

/** What a client may say to a service; every other header, an identity above all, stays at the gateway. */
const PASSED = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** What frames the message, which Node itself keeps right. */
const FRAMING = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

/** Payment gateways sign their events in headers of their own. */
const SIGNATURES = /^(stripe-signature|hashstring|webhook-(id|timestamp|signature)|x-(razorpay|sandbox)-[a-z-]+)$/;

/**
 * Rebuilds the headers of a request before it is passed on: of the client's own only those that are known to be harmless. The
 * request itself is changed, since that of the proxy may have sent its headers off by the time that it can be touched.
 */
export function keepPassedHeaders({ headers, url = '' }: IncomingMessage): void {
  const webhook = url.startsWith('/payment/webhook/');
  for (const name of Object.keys(headers)) {
    const kept = PASSED.has(name) || FRAMING.has(name) || (webhook && SIGNATURES.test(name));
    if (!kept) delete headers[name];
  }
}
