import { GatewayHttp, type GatewayRequest } from '../../gateway-http';
import { PaymentError, type Operation, type PaymentErrorCode } from '../../payment-error';
import type { TapCharge, TapRefund } from './tap-objects';
import type { TapSettings } from './tap-settings';

const PAGE = 50;

interface TapErrors {
  errors?: { code?: string; description?: string }[];
  message?: string;
}

const BY_STATUS: Record<number, PaymentErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
};
const BY_CODE: Record<string, PaymentErrorCode> = { '7017': 'NOT_FOUND' };

interface ChargeQuery {
  from: Date;
  after?: string | undefined;
}

/** Tap's HTTP calls. Tap has no SDK for servers in this language. */
export class TapApi {
  private readonly http: GatewayHttp;

  constructor({ baseUrl, secretKey, timeoutMs }: TapSettings) {
    this.http = new GatewayHttp({ gateway: 'tap', baseUrl, authorization: `Bearer ${secretKey}`, timeoutMs });
  }

  async ask<T>(request: GatewayRequest): Promise<T> {
    const { status, body } = await this.http.send<T & TapErrors>(request);
    if (status < 400) return body;
    const [error] = body.errors ?? [];
    const code = BY_STATUS[status] ?? BY_CODE[error?.code ?? ''] ?? 'INVALID_REQUEST';
    const details = { gateway: 'tap', operation: request.operation, retryable: status === 429 };
    throw new PaymentError(code, error?.description ?? body.message ?? `Tap answered ${status}`, details);
  }

  charge(operation: Operation, id: string): Promise<TapCharge> {
    return this.ask({ operation, method: 'GET', path: `/v2/charges/${encodeURIComponent(id)}` });
  }

  /** One page of the charges since a moment, newest first. */
  async charges(operation: Operation, { from, after }: ChargeQuery): Promise<{ charges: TapCharge[]; has_more: boolean }> {
    const period = { date: { from: String(from.getTime()), to: String(Date.now() + 60_000) }, type: '1' };
    const body = { period, limit: String(PAGE), order_by: 'date', ...(after && { starting_after: after }) };
    return this.listed(() => this.ask({ operation, method: 'POST', path: '/v2/charges/list', body }), {
      charges: [],
      has_more: false,
    });
  }

  /** Every refund of these charges. */
  async refundsOf(operation: Operation, charges: string[]): Promise<TapRefund[]> {
    const refunds: TapRefund[] = [];
    let isMore = charges.length > 0;
    while (isMore) {
      const after = refunds.at(-1)?.id;
      const body = { charges, limit: PAGE, ...(after && { starting_after: after }) };
      const read = () => this.ask<RefundPage>({ operation, method: 'POST', path: '/v2/refunds/list', body });
      const page = await this.listed(read, { refunds: [], has_more: false });
      refunds.push(...page.refunds);
      isMore = page.has_more && page.refunds.length > 0;
    }
    return refunds;
  }

  /** Tap answers an empty list with the error "... not found". */
  private async listed<T>(read: () => Promise<T>, empty: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const isEmpty = error instanceof PaymentError && /(charges|refunds) not found/i.test(error.message);
      if (isEmpty) return empty;
      throw error;
    }
  }
}

interface RefundPage {
  refunds: TapRefund[];
  has_more: boolean;
}
