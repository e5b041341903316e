import type { IncomingHttpHeaders } from 'node:http';
import type { Client } from '../bo/client';

/** Where a request came from. */
export const clientOfRequest = ({ address, headers }: { address: string; headers: IncomingHttpHeaders }): Client => ({
  address,
  userAgent: headers['user-agent'] ?? '',
});
