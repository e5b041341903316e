import type { Logger } from '@polycloud/logger';
import type { FindingDao } from '../dao/finding.dao';
import type { GatewayEventDao } from '../dao/gateway-event.dao';
import type { OrderAccountDao } from '../dao/order-account.dao';
import type { PaymentDao, PaymentRow } from '../dao/payment.dao';
import type { RefundQueueDao } from '../dao/refund-queue.dao';
import { isCaptured, isOpen, isSurplus, pauseAfter } from './payment-rules';
import type { RefundBo } from './refund.bo';
import type { SettlementBo } from './settlement.bo';
import type { WebhookBo } from './webhook.bo';

const BATCH = 50;
const DAY = 86_400;
/** From this check on (ten minutes) an unsettled payment is a matter for people. */
const ALARM_FROM = 4;

interface Rows {
  accounts: OrderAccountDao;
  payments: PaymentDao;
  refundQueue: RefundQueueDao;
  events: GatewayEventDao;
  findings: FindingDao;
}

/** Clears what was left open: lost answers, refunds under way, parked events, money that pays nothing. */
export class ClearingBo {
  constructor(
    private readonly rows: Rows,
    private readonly steps: { settlement: SettlementBo; refunds: RefundBo; webhooks: WebhookBo },
    private readonly logger: Logger,
  ) {}

  /** Looks once at all that is due. What fails is due again after its next pause. */
  async clear(): Promise<void> {
    const { payments, refundQueue, events } = this.rows;
    const duePayments = await payments.claimDue(BATCH, pauseAfter);
    const dueRefunds = await refundQueue.claimDue(BATCH, (checks) => pauseAfter(checks) ?? DAY);
    const dueEvents = await events.claimDue(BATCH, pauseAfter);
    for (const payment of duePayments) await this.attempt('payment', payment.paymentId, () => this.look(payment));
    for (const refund of dueRefunds) await this.attempt('refund', refund.refundId, () => this.steps.refunds.settle(refund));
    for (const event of dueEvents) await this.attempt('event', event.eventId, () => this.steps.webhooks.apply(event));
  }

  private async look(payment: PaymentRow): Promise<void> {
    if (isCaptured(payment)) return this.giveBackSurplus(payment);
    const after = await this.steps.settlement.settle(payment);
    if (isOpen(after) && payment.checks >= ALARM_FROM) await this.alarm(after);
  }

  private async giveBackSurplus(payment: PaymentRow): Promise<void> {
    const account = await this.rows.accounts.find(payment.orderId);
    if (!account || isSurplus({ account, payment })) await this.steps.refunds.undo(payment);
  }

  private async alarm({ paymentId, gateway, reference, status, checks }: PaymentRow): Promise<void> {
    this.logger.error('a payment is not settled', { paymentId, gateway, status, checks });
    if (pauseAfter(checks) !== null) return;
    const detail = `still ${status} after ${checks} questions to the gateway`;
    await this.rows.findings.add({ gateway, kind: 'never_settled', paymentId, reference, detail, mended: false });
  }

  private async attempt(kind: string, id: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => this.logger.warn(`a ${kind} could not be cleared`, { id, error }));
  }
}
