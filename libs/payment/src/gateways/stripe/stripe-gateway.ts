import type { Stripe } from 'stripe' with { 'resolution-mode': 'import' };
import { AmountNotRepresentable } from '../../money';
import { PaymentError, type Operation } from '../../payment-error';
import type * as Payment from '../../payment-gateway';
import { toStripeAmount } from './stripe-amounts';
import { stripeError, type StripeFailure } from './stripe-errors';
import type { StripeSettings } from './stripe-settings';
import { paymentSnapshot, refundSnapshot } from './stripe-snapshots';
import { verifyStripeWebhook } from './stripe-webhook';

const PAGE = 100;
const EXPANDED = { expand: ['latest_charge'] };
const EXPANDED_LIST = { expand: ['data.latest_charge'] };

/**
 * Stripe through its own SDK, which is loaded at the first call. Stripe forgets idempotency keys after a day, so an
 * attempt older than that is settled with `find`, never charged again.
 */
export class StripeGateway implements Payment.PaymentGateway {
  readonly id = 'stripe';
  readonly canCancel = true;
  readonly needsCustomer = false;
  private loading: Promise<Stripe> | undefined;

  constructor(private readonly settings: StripeSettings) {}

  charge(request: Payment.ChargeRequest): Promise<Payment.PaymentSnapshot> {
    return this.call('charge', async (stripe) => {
      try {
        const options = { idempotencyKey: `charge-${request.attemptId}` };
        return paymentSnapshot(await stripe.paymentIntents.create(intentOf(request), options));
      } catch (error) {
        const declined = (error as StripeFailure).statusCode === 402 ? (error as StripeFailure).payment_intent : undefined;
        if (!declined) throw error;
        return paymentSnapshot(await stripe.paymentIntents.retrieve(declined.id, EXPANDED));
      }
    });
  }

  get(reference: string): Promise<Payment.PaymentSnapshot> {
    return this.call('get', async (stripe) => paymentSnapshot(await stripe.paymentIntents.retrieve(reference, EXPANDED)));
  }

  /** Reads the list, for the search lags behind it: an attempt not found there may well exist. */
  find(attemptId: string, since: Date): Promise<Payment.PaymentSnapshot | null> {
    return this.call('find', async (stripe) => {
      const gte = Math.floor(since.getTime() / 1000);
      for await (const intent of stripe.paymentIntents.list({ created: { gte }, limit: PAGE, ...EXPANDED_LIST }))
        if (intent.metadata.attempt_id === attemptId) return paymentSnapshot(intent);
      return null;
    });
  }

  refund({ reference, refundId, amount, reason }: Payment.RefundRequest): Promise<Payment.RefundSnapshot> {
    return this.call('refund', async (stripe) => {
      const metadata = { refund_id: refundId, reason };
      const refund = { payment_intent: reference, amount: toStripeAmount(amount), metadata };
      return refundSnapshot(await stripe.refunds.create(refund, { idempotencyKey: `refund-${refundId}` }));
    });
  }

  findRefund({
    reference,
    refundId,
  }: Pick<Payment.RefundRequest, 'reference' | 'refundId'>): Promise<Payment.RefundSnapshot | null> {
    return this.call('findRefund', async (stripe) => {
      for await (const refund of stripe.refunds.list({ payment_intent: reference, limit: PAGE }))
        if (refund.metadata?.refund_id === refundId) return refundSnapshot(refund);
      return null;
    });
  }

  cancel(reference: string): Promise<Payment.PaymentSnapshot> {
    return this.call('cancel', async (stripe) => {
      try {
        return paymentSnapshot(await stripe.paymentIntents.cancel(reference, EXPANDED));
      } catch (error) {
        if ((error as StripeFailure).code !== 'payment_intent_unexpected_state') throw error;
        const payment = paymentSnapshot(await stripe.paymentIntents.retrieve(reference, EXPANDED));
        // Cancelled already is what was asked for.
        if (payment.status !== 'cancelled') throw error;
        return payment;
      }
    });
  }

  list({ since, cursor }: { since: Date; cursor?: string }): Promise<Payment.PaymentPage> {
    return this.call('list', async (stripe) => {
      const created = { gte: Math.floor(since.getTime() / 1000) };
      const from = cursor === undefined ? {} : { starting_after: cursor };
      const page = await stripe.paymentIntents.list({ created, limit: PAGE, ...from, ...EXPANDED_LIST });
      return { payments: page.data.map(paymentSnapshot), nextCursor: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
    });
  }

  verifyWebhook(delivery: Payment.WebhookDelivery): Payment.WebhookEvent {
    return verifyStripeWebhook(this.settings, delivery);
  }

  private async call<T>(operation: Operation, action: (stripe: Stripe) => Promise<T>): Promise<T> {
    try {
      return await action(await (this.loading ??= this.load()));
    } catch (error) {
      if (!(error instanceof AmountNotRepresentable)) throw stripeError(operation, error);
      throw new PaymentError('AMOUNT_NOT_REPRESENTABLE', error.message, { gateway: this.id, operation });
    }
  }

  private async load(): Promise<Stripe> {
    const { default: Sdk } = await import('stripe');
    const { protocol, hostname, port } = new URL(this.settings.baseUrl);
    // Whoever calls decides about a repetition, and settles an unknown outcome first.
    const policy = { maxNetworkRetries: 0, timeout: this.settings.timeoutMs, telemetry: false };
    const address = { protocol: protocol === 'http:' ? ('http' as const) : ('https' as const), host: hostname };
    return new Sdk(this.settings.secretKey, { ...policy, ...address, ...(port && { port: Number(port) }) });
  }
}

function intentOf({ attemptId, orderRef, amount, source, ...rest }: Payment.ChargeRequest): Stripe.PaymentIntentCreateParams {
  return {
    amount: toStripeAmount(amount),
    currency: amount.currency.toLowerCase(),
    payment_method: source,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: rest.returnUrl ? 'always' : 'never' },
    ...(rest.returnUrl && { return_url: rest.returnUrl }),
    metadata: { attempt_id: attemptId, order_ref: orderRef },
    ...EXPANDED,
  };
}
