import { Counter } from '@polycloud/lean/prom-client';
import { Pool } from '@polycloud/lean/undici';
import { PaymentError, type Operation } from './payment-error';
import type { GatewayId } from './payment-gateway';

const requests = new Counter({
  name: 'payment_gateway_requests_total',
  help: 'Requests to payment gateways: answered, failed (5xx or no usable answer) or timeout',
  labelNames: ['gateway', 'outcome'],
});

/** Errors of a connection that never came to be: nothing was sent, so nothing was done. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Operations that change nothing, whatever the method of their calls. */
export const READS: ReadonlySet<Operation> = new Set<Operation>(['get', 'find', 'findRefund', 'list']);

export interface GatewayRequest {
  operation: Operation;
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer below 500; what its status means is the gateway's own matter. */
interface GatewayAnswer<T> {
  status: number;
  body: T;
}

interface Connection {
  gateway: GatewayId;
  baseUrl: string;
  authorization: string;
  timeoutMs: number;
}

/** JSON over HTTP to one gateway; tells of every failure whether the request may have been carried out. */
export class GatewayHttp {
  private readonly pool: Pool;

  constructor(private readonly connection: Connection) {
    this.pool = new Pool(new URL(connection.baseUrl).origin);
    // A series that begins with the first failures would show no increase.
    for (const outcome of ['answered', 'failed', 'timeout']) requests.inc({ gateway: connection.gateway, outcome }, 0);
  }

  async send<T>(request: GatewayRequest): Promise<GatewayAnswer<T>> {
    const { baseUrl, authorization, timeoutMs } = this.connection;
    try {
      const { pathname, search } = new URL(baseUrl + request.path);
      const { statusCode: status, body: stream } = await this.pool.request({
        path: pathname + search,
        method: request.method,
        headers: { authorization, ...(request.body !== undefined && { 'content-type': 'application/json' }), ...request.headers },
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await stream.text();
      if (status >= 500 || isRedirect(status)) throw this.failure(request, `answered ${status}`);
      const body = objectOf<T>(text);
      requests.inc({ gateway: this.connection.gateway, outcome: 'answered' });
      return { status, body };
    } catch (error) {
      throw error instanceof PaymentError ? error : this.failure(request, 'gave no usable answer', error);
    }
  }

  private failure({ operation, method }: GatewayRequest, what: string, cause?: unknown): PaymentError {
    const { gateway } = this.connection;
    const timedOut = (cause as Partial<Error> | undefined)?.name === 'TimeoutError';
    requests.inc({ gateway, outcome: timedOut ? 'timeout' : 'failed' });
    // Reading changes nothing, so there is nothing to be unsure of.
    const outcome = method === 'GET' || READS.has(operation) || wasNeverSent(cause) ? 'not_done' : 'unknown';
    const details = { gateway, operation, outcome, retryable: true, cause } as const;
    return new PaymentError(timedOut ? 'TIMEOUT' : 'GATEWAY_UNAVAILABLE', `${gateway} ${what} to ${operation}`, details);
  }
}

/** A key goes to the gateway's own address and no further. */
const isRedirect = (status: number) => status >= 300 && status < 400;

function objectOf<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError('The answer is not a JSON object');
  return value as T;
}

/** Whether the error, or what caused it, says that no connection was made. */
export function wasNeverSent(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return NEVER_SENT.has(String(code)) || (cause !== undefined && wasNeverSent(cause));
}
