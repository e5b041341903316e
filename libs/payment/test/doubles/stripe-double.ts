import { createHmac } from 'node:crypto';
import type { Fault } from '../bench';
import { HttpDouble, Refusal, type DoubleAnswer, type DoubleRequest } from './http-double';
import { StripeIntents } from './stripe-intents';

export const STRIPE_KEYS = { secretKey: 'sk_test_double', webhookSecret: 'whsec_double' };

/** Stripe's payment intents and refunds, as far as a merchant who charges once and refunds can tell. */
export class StripeDouble {
  readonly intents = new StripeIntents();
  readonly http = new HttpDouble(
    (request, fault) => this.provide(request, fault),
    (request) => request.method === 'POST',
  );
  private readonly answers = new Map<string, { fingerprint: string; answer: DoubleAnswer }>();

  webhook(intentId: string) {
    const object = this.intents.get(intentId);
    const created = Math.floor(Date.now() / 1000);
    const event = { id: `evt_${intentId}`, object: 'event', type: 'payment_intent.succeeded', created, livemode: false };
    const body = JSON.stringify({ ...event, data: { object } });
    const v1 = createHmac('sha256', STRIPE_KEYS.webhookSecret).update(`${created}.${body}`).digest('hex');
    const headers = { 'stripe-signature': `t=${created},v0=0000,v1=${v1}` };
    return { rawBody: Buffer.from(body), headers, now: new Date(created * 1000) };
  }

  private provide(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    if (request.headers.authorization !== `Bearer ${STRIPE_KEYS.secretKey}`)
      return { status: 401, body: { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } } };
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    return typeof key === 'string' ? this.once(key, request, fault) : this.answer(request, fault);
  }

  /** The first answer of a key is its answer for good, a server error included. */
  private once(key: string, request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    const fingerprint = request.path + request.text;
    const earlier = this.answers.get(key);
    if (earlier && earlier.fingerprint !== fingerprint)
      return {
        status: 400,
        body: { error: { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used once' } },
      };
    const answer = earlier?.answer ?? this.answer(request, fault);
    this.answers.set(key, { fingerprint, answer });
    return answer;
  }

  private answer(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    try {
      const body = this.route(request);
      if (fault === 'error_after')
        return { status: 500, body: { error: { type: 'api_error', message: 'Something went wrong' } } };
      return { status: 200, body };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  private route({ method, path, query, text }: DoubleRequest): unknown {
    const form = new URLSearchParams(text);
    const id = /^\/v1\/payment_intents\/(\w+)/.exec(path)?.[1] ?? '';
    const route = `${method} ${path.replace(id || /$^/, ':id')}`;
    switch (route) {
      case 'POST /v1/payment_intents':
        return this.intents.create(form);
      case 'GET /v1/payment_intents':
        return this.intents.list(query);
      case 'GET /v1/payment_intents/:id':
        return this.intents.get(id);
      case 'POST /v1/payment_intents/:id/cancel':
        return this.intents.cancel(id);
      case 'POST /v1/refunds':
        return this.intents.refund(form);
      case 'GET /v1/refunds':
        return this.intents.refundsOf(query.get('payment_intent') ?? '');
      default:
        throw new Refusal(404, { error: { type: 'invalid_request_error', message: `Unrecognized request URL (${route})` } });
    }
  }
}
