import { createHmac, randomBytes } from 'node:crypto';
import type { Fault } from '../bench';
import { HttpDouble, Refusal, type DoubleAnswer, type DoubleRequest } from './http-double';

export const TAP_KEY = 'sk_test_tap_double';

interface Reference {
  transaction?: string;
  order?: string;
  merchant?: string;
  idempotent?: string;
  gateway?: string;
  payment?: string;
}

interface Money {
  id: string;
  amount: number;
  currency: string;
  status: string;
  reference: Reference;
}

interface Charge extends Money {
  object: 'charge';
  live_mode: false;
  transaction: { created: string; url: string };
  response: { code: string; message: string };
}

interface Refund extends Money {
  object: 'refund';
  charge_id: string;
  created: string;
}

type Asked = Omit<Money, 'id' | 'status'> & {
  charge_id: string;
  charges: string[];
  starting_after?: string;
  period: { date: { from: string } };
};

const newId = (prefix: string) => `${prefix}_TS${randomBytes(10).toString('hex')}`;

/** Tap's charges and refunds; newest first in its lists, two a page so that whoever reads must turn pages. */
export class TapDouble {
  readonly http = new HttpDouble(
    (request, fault) => this.provide(request, fault),
    ({ path }) => path === '/v2/charges' || path === '/v2/refunds',
  );
  private readonly charges: Charge[] = [];
  private readonly refunds: Refund[] = [];

  countOf(attemptId: string): number {
    return this.charges.filter(({ reference }) => reference.transaction === attemptId).length;
  }

  pay(id: string, approves: boolean): void {
    const charge = this.charge(id);
    charge.status = approves ? 'CAPTURED' : 'DECLINED';
    charge.response = approves ? { code: '000', message: 'Captured' } : { code: '515', message: 'Declined' };
    charge.reference.gateway = '123456789';
    charge.reference.payment = '4321';
  }

  webhook(id: string) {
    const charge = this.charge(id);
    const { amount, currency, reference, status, transaction } = charge;
    const text =
      `x_id${id}x_amount${amount.toFixed(3)}x_currency${currency}x_gateway_reference${reference.gateway ?? ''}` +
      `x_payment_reference${reference.payment ?? ''}x_status${status}x_created${transaction.created}`;
    const hashstring = createHmac('sha256', TAP_KEY).update(text).digest('hex');
    return { rawBody: Buffer.from(JSON.stringify(charge)), headers: { hashstring }, now: new Date() };
  }

  private provide(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    try {
      if (request.headers.authorization !== `Bearer ${TAP_KEY}`) throw refusal(401, '2107', 'Unauthorized');
      const body = this.route(request);
      return fault === 'error_after'
        ? { status: 500, body: { errors: [{ code: '2100', description: 'Server error' }] } }
        : { status: 200, body };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  private route({ method, path, text }: DoubleRequest): unknown {
    const asked = (text ? JSON.parse(text) : {}) as Asked;
    if (method === 'GET') return this.charge(path.slice('/v2/charges/'.length));
    if (path === '/v2/charges') return this.create(asked);
    if (path === '/v2/refunds') return this.refund(asked);
    if (path === '/v2/charges/list') return { object_type: 'list', ...this.page('charges', this.since(asked), asked) };
    const ofCharges = this.refunds.filter(({ charge_id }) => asked.charges.includes(charge_id));
    if (ofCharges.length === 0) throw new Refusal(400, { message: 'Refunds not found' });
    return this.page('refunds', ofCharges, asked);
  }

  private create({ amount, currency, reference }: Asked): Charge {
    const earlier = this.charges.find((charge) => charge.reference.idempotent === reference.idempotent);
    if (earlier) return earlier;
    const id = newId('chg');
    const transaction = { created: String(Date.now()), url: `https://checkout.tap.company/?chg=${id}` };
    const response = { code: '100', message: 'Initiated' };
    const state = { status: 'INITIATED', live_mode: false, transaction, response } as const;
    const charge: Charge = { id, object: 'charge', amount, currency, reference: { ...reference }, ...state };
    this.charges.unshift(charge);
    return charge;
  }

  private refund({ charge_id, amount, currency, reference }: Asked): Refund {
    const earlier = this.refunds.find((refund) => refund.reference.idempotent === reference.idempotent);
    if (earlier) return earlier;
    const charge = this.charge(charge_id);
    const inFils = (major: number) => Math.round(major * 1000);
    const returned = this.refunds
      .filter((refund) => refund.charge_id === charge_id)
      .reduce((sum, refund) => sum + inFils(refund.amount), 0);
    if (charge.status !== 'CAPTURED' || returned + inFils(amount) > inFils(charge.amount))
      throw refusal(400, '1125', 'Unable to process');
    const refund: Refund = {
      ...{ id: newId('re'), object: 'refund', charge_id, amount, currency, status: 'REFUNDED' },
      ...{ created: String(Date.now()), reference: { ...reference } },
    };
    this.refunds.unshift(refund);
    return refund;
  }

  private charge(id: string): Charge {
    const charge = this.charges.find((candidate) => candidate.id === id);
    if (!charge) throw refusal(400, '7017', 'Charge not found');
    return charge;
  }

  private since({ period }: Asked): Charge[] {
    return this.charges.filter(({ transaction }) => Number(transaction.created) >= Number(period.date.from));
  }

  private page(name: string, items: Money[], { starting_after }: Asked) {
    const rest = items.slice(items.findIndex(({ id }) => id === starting_after) + 1);
    return { count: 2, has_more: rest.length > 2, [name]: rest.slice(0, 2) };
  }
}

const refusal = (status: number, code: string, description: string) => new Refusal(status, { errors: [{ code, description }] });
