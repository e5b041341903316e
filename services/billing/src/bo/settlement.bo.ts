import { AppError } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { type ChargeRequest, PaymentError, type PaymentSnapshot } from '@polycloud/payment';
import type { EventKey } from '../dao/gateway-event.dao';
import type { Locked } from '../dao/order-account.dao';
import type { Asked, Attempt, PaymentDao, PaymentRow, Standing } from '../dao/payment.dao';
import type { Payers } from '../service/payers';
import { asUpstream, asUpstreamError, type PaymentGateways } from '../service/payment-gateways';
import { afterSnapshot, inFlightSeconds, isInFlight, isOpen, missing, refused, unanswered } from './payment-rules';

/** What is to be paid, and with what. */
export type Due = Omit<Attempt, 'inFlightSeconds'> & { source: string };

/** How it is asked of the gateway; some want to know who pays. */
type Means = Pick<ChargeRequest, 'source' | 'customer'>;

/** The attempt that has the order's place, in whatever state; `isOwn` unless another request made it. */
interface Settled {
  payment: Standing;
  isOwn: boolean;
}

interface SettlementOptions {
  logger: Logger;
  /** Longest wait for a gateway, milliseconds. */
  timeoutMs: number;
  /** Where gateways send webhooks and payers come back to, for gateways that ask. */
  publicUrl: string | undefined;
  returnUrl: string | undefined;
}

/** Failures that say that this very request will never be carried out. */
const REFUSALS = new Set(['DECLINED', 'INVALID_REQUEST', 'AMOUNT_NOT_REPRESENTABLE', 'CURRENCY_NOT_SUPPORTED', 'NOT_SUPPORTED']);

/** How far the gateways' clocks may be behind ours. */
const CLOCKS_DIFFER_MS = 300_000;

/** Brings a payment from its attempt to its outcome, asking rather than charging again. */
export class SettlementBo {
  constructor(
    private readonly payments: PaymentDao,
    private readonly outside: { gateways: PaymentGateways; payers: Payers },
    private readonly options: SettlementOptions,
  ) {}

  /** Makes the attempt, or goes on with the one that has the order's place. INVALID_STATE for an order that was taken back. */
  async pay(due: Due): Promise<Settled> {
    const gateway = this.outside.gateways.chosen(due.gateway);
    const customer = gateway.needsCustomer ? await this.outside.payers.of(due.userId) : undefined;
    const means = { source: due.source, ...(customer && { customer }) };
    const attempt = { ...due, gateway: gateway.id, inFlightSeconds: inFlightSeconds(this.options.timeoutMs) };
    const opened = await this.payments.open(attempt);
    if (opened.kind === 'closed') throw takenBack(due.orderId);
    if (opened.kind === 'new') return { payment: await this.send(opened.payment, means), isOwn: true };
    const { payment } = opened;
    return {
      payment: await this.goOn(payment, due, means),
      isOwn: due.requestKey !== null && payment.requestKey === due.requestKey,
    };
  }

  /** Asks the gateway how the payment stands, and stores that. A failure to ask leaves it as it is and is thrown. */
  async settle(payment: PaymentRow): Promise<PaymentRow> {
    const snapshot = await this.ask(payment);
    return snapshot ? this.apply(payment, snapshot) : this.payments.change(payment, missing);
  }

  /** Stores what the gateway says, if it is about this payment's amount. */
  async apply(payment: Asked, snapshot: PaymentSnapshot, event?: EventKey): Promise<Standing> {
    if (!sameAmount(payment, snapshot)) {
      this.options.logger.error('a gateway tells another amount than was asked for', { paymentId: payment.paymentId });
      throw new AppError(
        'UPSTREAM_FAILED',
        `The payment gateway ${payment.gateway} tells another amount for ${payment.paymentId}`,
      );
    }
    return this.payments.change(payment, (locked) => afterSnapshot(locked, snapshot), event);
  }

  private async goOn(payment: PaymentRow, due: Due, means: Means): Promise<Standing> {
    if (!isOpen(payment) || isInFlight(payment)) return payment;
    const snapshot = await asUpstream(this.ask(payment));
    if (snapshot) return this.apply(payment, snapshot);
    // The gateway has nothing under this attempt's id. The same id never charges twice, so the same attempt is sent again.
    const isSame = payment.gateway === due.gateway && Number(payment.amount) === due.amount.amount;
    return isSame ? this.send(payment, means) : payment;
  }

  private ask(payment: PaymentRow): Promise<PaymentSnapshot | null> {
    const gateway = this.outside.gateways.of(payment.gateway);
    if (payment.reference !== null) return gateway.get(payment.reference);
    return gateway.find(payment.paymentId, new Date(payment.createdAt.getTime() - CLOCKS_DIFFER_MS));
  }

  private async send(payment: Asked, means: Means): Promise<Standing> {
    const gateway = this.outside.gateways.of(payment.gateway);
    try {
      return await this.apply(payment, await gateway.charge(this.requestOf(payment, means)));
    } catch (error) {
      if (!(error instanceof PaymentError)) throw error;
      return this.afterFailure(payment, error);
    }
  }

  private requestOf({ paymentId, orderId, gateway, ...row }: Asked, means: Means): ChargeRequest {
    const { publicUrl, returnUrl } = this.options;
    return {
      attemptId: paymentId,
      orderRef: orderId,
      amount: { amount: Number(row.amount), currency: row.currency },
      ...means,
      ...(publicUrl !== undefined && { webhookUrl: `${publicUrl}/payment/webhook/${gateway}` }),
      ...(returnUrl !== undefined && { returnUrl: `${returnUrl}?paymentId=${paymentId}` }),
    };
  }

  /** A lost answer is unknown, never a failure; a refusal ends the attempt; what was never sent may be sent anew. */
  private async afterFailure(payment: Asked, error: PaymentError): Promise<Standing> {
    const { logger } = this.options;
    logger.warn('a charge was not answered', { paymentId: payment.paymentId, reason: error.code, outcome: error.outcome });
    if (REFUSALS.has(error.code)) {
      const reason = error.decline?.reason ?? error.code.toLowerCase();
      return this.payments.change(payment, (locked) => refused(locked, reason));
    }
    const isLost = error.outcome === 'unknown' || error.code === 'IN_PROGRESS' || error.code === 'DUPLICATE_OPERATION';
    if (isLost) return this.payments.change(payment, unanswered);
    // Of an attempt that is sent again, the first call may yet arrive.
    const unlessSentAgain = (locked: Locked) =>
      isInFlight(locked.payment) ? refused(locked, 'gateway_unavailable') : unanswered(locked);
    await this.payments.change(payment, unlessSentAgain);
    throw asUpstreamError(error);
  }
}

const sameAmount = ({ amount, currency }: Asked, snapshot: PaymentSnapshot) =>
  snapshot.amount.amount === Number(amount) && snapshot.amount.currency === currency;

/** A charge that came after the order was given up. */
export const takenBack = (orderId: string) =>
  new AppError('INVALID_STATE', `The order ${orderId} was taken back and is not charged any more`, {
    hint: 'Retry the order, or place a new one',
  });
