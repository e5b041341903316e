import { randomBytes } from 'node:crypto';
import { Refusal } from './http-double';

interface Intent {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  status: string;
  created: number;
  client_secret: string;
  metadata: Record<string, string>;
  latest_charge: { id: string; amount_refunded: number } | null;
  last_payment_error: { type: string; code: string; decline_code?: string; message: string } | null;
  next_action: unknown;
}

interface Refund {
  id: string;
  object: 'refund';
  payment_intent: string;
  amount: number;
  currency: string;
  status: 'succeeded';
  metadata: Record<string, string>;
}

const DECLINES: Record<string, string> = {
  pm_card_visa_chargeDeclined: 'generic_decline',
  pm_card_visa_chargeDeclinedInsufficientFunds: 'insufficient_funds',
};

const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`;

/** The state of the double, newest intent first in its lists as at Stripe. */
export class StripeIntents {
  private readonly intents: Intent[] = [];
  private readonly refunds: Refund[] = [];

  create(form: URLSearchParams): Intent {
    const source = form.get('payment_method') ?? '';
    if (form.get('currency') === 'kpw') throw refusal(400, undefined, 'Invalid currency: kpw', 'currency');
    const id = newId('pi');
    const asks = source === 'pm_card_authenticationRequired';
    const declineCode = DECLINES[source];
    const intent: Intent = {
      ...{ id, object: 'payment_intent', amount: Number(form.get('amount')), currency: form.get('currency') ?? '' },
      ...{ created: Math.floor(Date.now() / 1000), client_secret: `${id}_secret`, metadata: metadataOf(form) },
      status: asks ? 'requires_action' : declineCode ? 'requires_payment_method' : 'succeeded',
      latest_charge: asks || declineCode ? null : { id: newId('ch'), amount_refunded: 0 },
      last_payment_error: declineCode ? cardError(declineCode) : null,
      next_action: asks ? { type: 'redirect_to_url', redirect_to_url: { url: `https://hooks.stripe.com/${id}` } } : null,
    };
    this.intents.unshift(intent);
    if (declineCode) throw new Refusal(402, { error: { ...cardError(declineCode), payment_intent: intent } });
    return intent;
  }

  get(id: string): Intent {
    const intent = this.intents.find((candidate) => candidate.id === id);
    if (!intent) throw refusal(404, 'resource_missing', `No such payment_intent: '${id}'`);
    return intent;
  }

  /** Two a page, so that whoever reads must turn pages. */
  list(query: URLSearchParams) {
    const since = Number(query.get('created[gte]') ?? 0);
    const after = this.intents.findIndex(({ id }) => id === query.get('starting_after')) + 1;
    const rest = this.intents.slice(after).filter(({ created }) => created >= since);
    return { object: 'list', url: '/v1/payment_intents', data: rest.slice(0, 2), has_more: rest.length > 2 };
  }

  cancel(id: string): Intent {
    const intent = this.get(id);
    if (!intent.status.startsWith('requires_')) throw refusal(400, 'payment_intent_unexpected_state', `It is ${intent.status}`);
    return Object.assign(intent, { status: 'canceled', next_action: null });
  }

  pay(id: string, approves: boolean): void {
    const intent = Object.assign(this.get(id), { next_action: null });
    if (approves) Object.assign(intent, { status: 'succeeded', latest_charge: { id: newId('ch'), amount_refunded: 0 } });
    else
      Object.assign(intent, {
        ...{ status: 'requires_payment_method' },
        last_payment_error: { type: 'card_error', code: 'payment_intent_authentication_failure', message: 'Not authenticated' },
      });
  }

  refund(form: URLSearchParams): Refund {
    const intent = this.get(form.get('payment_intent') ?? '');
    const charge = intent.latest_charge;
    const amount = Number(form.get('amount'));
    if (!charge) throw refusal(400, undefined, 'This PaymentIntent does not have a successful charge to refund.');
    if (charge.amount_refunded === intent.amount) throw refusal(400, 'charge_already_refunded', 'It has already been refunded.');
    if (charge.amount_refunded + amount > intent.amount) throw refusal(400, undefined, 'Greater than the unrefunded amount.');
    charge.amount_refunded += amount;
    const metadata = metadataOf(form);
    const { id: payment_intent, currency } = intent;
    const refund: Refund = { id: newId('re'), object: 'refund', payment_intent, amount, currency, status: 'succeeded', metadata };
    this.refunds.unshift(refund);
    return refund;
  }

  refundsOf(intentId: string) {
    const data = this.refunds.filter((refund) => refund.payment_intent === intentId);
    return { object: 'list', url: '/v1/refunds', data, has_more: false };
  }

  countOf(attemptId: string): number {
    return this.intents.filter(({ metadata }) => metadata.attempt_id === attemptId).length;
  }
}

const cardError = (decline_code: string) => ({
  ...{ type: 'card_error', code: 'card_declined' },
  ...{ decline_code, message: 'Your card was declined.' },
});

const refusal = (status: number, code: string | undefined, ...[message, param]: [string, string?]) =>
  new Refusal(status, { error: { type: 'invalid_request_error', code, message, param } });

function metadataOf(form: URLSearchParams): Record<string, string> {
  const pairs = [...form].map(([name, value]): [string | undefined, string] => [/^metadata\[(\w+)\]$/.exec(name)?.[1], value]);
  return Object.fromEntries(pairs.filter(([name]) => name !== undefined));
}
