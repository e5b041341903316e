import { AmountNotRepresentable, type Money } from '../../money';
import { PaymentError, type Operation } from '../../payment-error';
import type * as Payment from '../../payment-gateway';
import { TapApi } from './tap-api';
import { fromTapAmount, paymentSnapshot, refundSnapshot, toTapAmount, type TapCharge, type TapRefund } from './tap-objects';
import { chargeBody } from './tap-request';
import type { TapSettings } from './tap-settings';
import { verifyTapWebhook } from './tap-webhook';

/** Tap: KNET, Benefit, mada and cards, paid on Tap's own page. */
export class TapGateway implements Payment.PaymentGateway {
  readonly id = 'tap';
  readonly canCancel = false;
  readonly needsCustomer = true;
  private readonly api: TapApi;

  constructor(private readonly settings: TapSettings) {
    this.api = new TapApi(settings);
  }

  async charge(request: Payment.ChargeRequest): Promise<Payment.PaymentSnapshot> {
    const body = this.written('charge', () => chargeBody(request));
    const charge = await this.api.ask<TapCharge>({ operation: 'charge', method: 'POST', path: '/v2/charges', body });
    this.assertSame('charge', charge, request.amount);
    return this.complete('charge', charge);
  }

  async get(reference: string): Promise<Payment.PaymentSnapshot> {
    return this.complete('get', await this.api.charge('get', reference));
  }

  /** Turns the pages of the list, newest first: Tap has no look-up by a merchant's reference that is known to work. */
  async find(attemptId: string, since: Date): Promise<Payment.PaymentSnapshot | null> {
    let after: string | undefined;
    do {
      const page = await this.api.charges('find', { from: since, after });
      const charge = page.charges.find(({ reference }) => reference?.transaction === attemptId);
      if (charge) return this.complete('find', charge);
      after = page.has_more ? page.charges.at(-1)?.id : undefined;
    } while (after !== undefined);
    return null;
  }

  async refund({ reference, refundId, amount, reason }: Payment.RefundRequest): Promise<Payment.RefundSnapshot> {
    const names = { reason, reference: { merchant: refundId, idempotent: refundId } };
    const money = this.written('refund', () => ({ amount: toTapAmount(amount), currency: amount.currency }));
    const body = { charge_id: reference, ...money, ...names };
    const refund = await this.api.ask<TapRefund>({ operation: 'refund', method: 'POST', path: '/v2/refunds', body });
    this.assertSame('refund', refund, amount);
    return refundSnapshot(refund);
  }

  async findRefund({
    reference,
    refundId,
  }: Pick<Payment.RefundRequest, 'reference' | 'refundId'>): Promise<Payment.RefundSnapshot | null> {
    const refunds = await this.api.refundsOf('findRefund', [reference]);
    const refund = refunds.find((candidate) => candidate.reference?.merchant === refundId);
    return refund ? refundSnapshot(refund) : null;
  }

  /** A charge that nobody pays ends by itself after half an hour. */
  cancel(): Promise<Payment.PaymentSnapshot> {
    const details = { gateway: this.id, operation: 'cancel' } as const;
    return Promise.reject(new PaymentError('NOT_SUPPORTED', 'Tap cannot cancel a charge', details));
  }

  async list({ since, cursor }: { since: Date; cursor?: string }): Promise<Payment.PaymentPage> {
    const { charges, has_more } = await this.api.charges('list', { from: since, after: cursor });
    const captured = charges.filter(({ status }) => status === 'CAPTURED').map(({ id }) => id);
    const refunds = await this.api.refundsOf('list', captured);
    const payments = charges.map((charge) => {
      const own = refunds.filter(({ charge_id }) => charge_id === charge.id);
      return paymentSnapshot(charge, own);
    });
    return { payments, nextCursor: has_more ? (charges.at(-1)?.id ?? null) : null };
  }

  verifyWebhook(delivery: Payment.WebhookDelivery): Payment.WebhookEvent {
    return verifyTapWebhook(this.settings, delivery);
  }

  private async complete(operation: Operation, charge: TapCharge): Promise<Payment.PaymentSnapshot> {
    const refunds = charge.status === 'CAPTURED' ? await this.api.refundsOf(operation, [charge.id]) : [];
    return paymentSnapshot(charge, refunds);
  }

  /** Tap answers a key that it knows with what the key made first, whatever is asked of it now. */
  private assertSame(operation: Operation, made: { amount: number; currency: string }, asked: Money): void {
    const { amount, currency } = fromTapAmount(made.amount, made.currency);
    if (amount === asked.amount && currency === asked.currency) return;
    const message = 'The id was used before for another amount';
    throw new PaymentError('DUPLICATE_OPERATION', message, { gateway: this.id, operation });
  }

  private written<T>(operation: Operation, write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof AmountNotRepresentable)) throw error;
      throw new PaymentError('AMOUNT_NOT_REPRESENTABLE', error.message, { gateway: this.id, operation });
    }
  }
}
