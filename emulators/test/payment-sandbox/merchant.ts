import { KEYS } from './sandbox-process';

/** A charge, an event or a line of the ledger: each has some of these. */
interface Line {
  id: string;
  attempt: string;
  type: string;
  kind: string;
  answer: string;
  delivered: boolean;
  charge: { id: string; attempt: string };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: {
    id: string;
    status: string;
    refunded: number;
    declineCode: string | null;
    nextAction: { url: string } | null;
    error: { code: string; message: string };
    data: Line[];
    nextCursor: string | null;
  };
}

/** Calls a sandbox as its merchant does. */
export class Merchant {
  constructor(private readonly url: () => string) {}

  async call(method: string, path: string, options: { body?: unknown; key?: string; secretKey?: string } = {}): Promise<Answer> {
    const { body, key, secretKey = KEYS.secretKey } = options;
    const answer = await fetch(this.url() + path, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, ...(key && { 'idempotency-key': key }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] };
  }

  charge(key: string, source = 'tok_ok', change: object = {}): Promise<Answer> {
    const body = { orderRef: 'order-1', amount: 12_340, currency: 'KWD', source, ...change };
    return this.call('POST', '/v1/charges', { body, key });
  }

  refund(chargeId: string, amount: number, key: string): Promise<Answer> {
    return this.call('POST', `/v1/charges/${chargeId}/refunds`, { body: { amount, reason: 'asked' }, key });
  }

  faults(body: object): Promise<Answer> {
    return this.call('PUT', '/_emulator/faults', { body });
  }
}
