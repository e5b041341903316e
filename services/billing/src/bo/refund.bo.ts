import { AppError } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { PaymentError, type PaymentGateway, type PaymentSnapshot, type RefundSnapshot } from '@polycloud/payment';
import type { PaymentDao, PaymentRow } from '../dao/payment.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import type { RefundQueueDao } from '../dao/refund-queue.dao';
import type { RefundDao, RefundRow, Reservation } from '../dao/refund.dao';
import { asUpstream, asUpstreamError, type PaymentGateways } from '../service/payment-gateways';
import { abandoned, afterSnapshot, inFlightSeconds, isCaptured, isInFlight, isOpen } from './payment-rules';
import type { SettlementBo } from './settlement.bo';

/** What is to go back and why. */
type RefundWish = Omit<Reservation, 'inFlightSeconds'>;

const FIRST_PAUSE = 5;

/** Gives money back: reserved first, then asked of the gateway, counted when it is done. */
export class RefundBo {
  constructor(
    private readonly rows: { payments: PaymentDao; history: PaymentHistoryDao; refunds: RefundDao; refundQueue: RefundQueueDao },
    private readonly steps: { settlement: SettlementBo; gateways: PaymentGateways },
    private readonly options: { logger: Logger; timeoutMs: number },
  ) {}

  /** The payment after its refund. INVALID_STATE when not so much is left; UPSTREAM_TIMEOUT while the gateway's answer is out. */
  async refund(wish: RefundWish): Promise<PaymentRow> {
    const reserved = await this.reserve(wish);
    if ('left' in reserved) throw tooMuch(wish, reserved.left);
    return this.carryOut(reserved.refund);
  }

  /** Takes a payment back whatever its state: cancelled while it has taken no money, otherwise given back in full. */
  async undo(payment: PaymentRow): Promise<PaymentRow> {
    const settled = isOpen(payment) ? await this.withdraw(payment) : payment;
    if (isOpen(settled)) throw notYet(settled);
    if (!isCaptured(settled) || settled.status === 'refunded') return settled;
    for (const refund of await this.unanswered(settled.paymentId)) await this.settle(refund);
    const { paymentId } = settled;
    const reserved = await this.reserve({ paymentId, amount: 'rest', reason: 'order_undone', requestKey: null });
    if ('refund' in reserved) return this.carryOut(reserved.refund);
    // Nothing is left to reserve: all of it is on its way, which counts once the gateway has taken it on.
    if ((await this.unanswered(paymentId)).length > 0) throw notYet(settled);
    return (await this.rows.history.find(paymentId)) ?? settled;
  }

  private reserve(wish: RefundWish) {
    return this.rows.refunds.reserve({ ...wish, inFlightSeconds: inFlightSeconds(this.options.timeoutMs) });
  }

  private async unanswered(paymentId: string): Promise<RefundRow[]> {
    return (await this.rows.refundQueue.pendingOf(paymentId)).filter(({ reference }) => reference === null);
  }

  /** Asks how a refund went, and sends it again where the gateway has none of it: the same id never refunds twice. */
  async settle(refund: RefundRow): Promise<PaymentRow> {
    const { gateway, reference } = await this.gatewayOf(refund);
    const { refundId } = refund;
    const found = await asUpstream(gateway.findRefund({ reference, refundId }));
    return found ? this.apply(refund, found) : this.carryOut(refund);
  }

  /** Counts a refund that the gateway has done meanwhile; leaves one that it has not. */
  async ask(refund: RefundRow): Promise<void> {
    const { gateway, reference } = await this.gatewayOf(refund);
    const found = await asUpstream(gateway.findRefund({ reference, refundId: refund.refundId }));
    if (found?.status === 'succeeded') await this.rows.refunds.succeed(refund, found.reference);
  }

  /** Refunds of a payment that the gateway has not yet answered for. */
  pendingOf(paymentId: string): Promise<RefundRow[]> {
    return this.rows.refundQueue.pendingOf(paymentId);
  }

  /** Ends a payment that is still open, or finds out how it ended; one that cannot be ended yet stays as it is. */
  async withdraw(payment: PaymentRow): Promise<PaymentRow> {
    if (isInFlight(payment)) throw notYet(payment);
    const current = await asUpstream(this.steps.settlement.settle(payment));
    if (current.status !== 'requires_action' || current.reference === null) return current;
    const gateway = this.steps.gateways.of(current.gateway);
    // Where a gateway cannot end it, it ends here: should it be paid all the same, the money goes back.
    if (!gateway.canCancel) return this.rows.payments.change(current, abandoned);
    const snapshot = await asUpstream(cancelled(gateway, current.reference));
    return this.rows.payments.change(current, (locked) => afterSnapshot(locked, snapshot));
  }

  private async carryOut(refund: RefundRow): Promise<PaymentRow> {
    const { gateway, reference, payment } = await this.gatewayOf(refund);
    if (refund.status === 'succeeded') return this.rows.refunds.succeed(refund, refund.reference ?? '');
    const amount = { amount: Number(refund.amount), currency: payment.currency };
    try {
      const snapshot = await gateway.refund({ reference, refundId: refund.refundId, amount, reason: refund.reason });
      return await this.apply(refund, snapshot);
    } catch (error) {
      throw error instanceof PaymentError ? await this.afterFailure(refund, error) : error;
    }
  }

  private async apply(refund: RefundRow, { status, reference }: RefundSnapshot): Promise<PaymentRow> {
    const { refundId, paymentId } = refund;
    if (status === 'succeeded') return this.rows.refunds.succeed(refund, reference);
    if (status === 'failed') {
      await this.rows.refunds.fail(refund);
      throw new AppError('UPSTREAM_FAILED', `The payment gateway could not carry out the refund ${refundId}`);
    }
    await this.rows.refunds.accept(refundId, reference);
    const payment = await this.rows.history.find(paymentId);
    if (!payment) throw new Error(`The payment ${paymentId} vanished`);
    return payment;
  }

  private async afterFailure(refund: RefundRow, error: PaymentError): Promise<unknown> {
    const { refundId } = refund;
    this.options.logger.warn('a refund was not answered', { refundId, reason: error.code, outcome: error.outcome });
    const mayComeYet = error.outcome === 'unknown' || error.retryable || error.code === 'IN_PROGRESS';
    if (mayComeYet) await this.rows.refundQueue.checkLater(refundId, FIRST_PAUSE);
    else await this.rows.refunds.fail(refund);
    return asUpstreamError(error);
  }

  private async gatewayOf({ paymentId }: RefundRow) {
    const payment = await this.rows.history.find(paymentId);
    if (!payment || payment.reference === null) throw new Error(`The payment ${paymentId} of a refund was never captured`);
    return { payment, reference: payment.reference, gateway: this.steps.gateways.of(payment.gateway) };
  }
}

/** The payment after its cancelling; one that its payer has decided meanwhile, as he decided. */
const cancelled = (gateway: PaymentGateway, reference: string): Promise<PaymentSnapshot> =>
  gateway.cancel(reference).catch((error: unknown) => {
    if (error instanceof PaymentError && error.code === 'INVALID_STATE') return gateway.get(reference);
    throw error;
  });

const tooMuch = ({ paymentId }: RefundWish, left: number) =>
  new AppError('INVALID_STATE', `Of the payment ${paymentId} only ${left} minor units can be given back`, {
    hint: 'GET /payment/{paymentId} shows its status, amount and refundedAmount',
  });

const notYet = ({ paymentId }: PaymentRow) =>
  new AppError('UPSTREAM_TIMEOUT', `The payment ${paymentId} is still being settled with its gateway`, {
    retryAfter: 5,
    hint: 'Ask again in a moment',
  });
