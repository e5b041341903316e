import { AppError } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { InvalidSignature, type WebhookDelivery, type WebhookEvent } from '@polycloud/payment';
import type { GatewayEventDao, GatewayEventRow } from '../dao/gateway-event.dao';
import type { PaymentDao, PaymentRow } from '../dao/payment.dao';
import type { PaymentHistoryDao } from '../dao/payment-history.dao';
import type { PaymentGateways } from '../service/payment-gateways';
import type { RefundBo } from './refund.bo';
import type { SettlementBo } from './settlement.bo';

type Event = Pick<GatewayEventRow, 'gateway' | 'eventId' | 'reference'>;

/** Takes what gateways tell. An event is a hint: what counts is what the gateway says when it is asked. */
export class WebhookBo {
  constructor(
    private readonly rows: { payments: PaymentDao; history: PaymentHistoryDao; events: GatewayEventDao },
    private readonly steps: { settlement: SettlementBo; refunds: RefundBo; gateways: PaymentGateways },
    private readonly logger: Logger,
  ) {}

  /** Verifies, stores, applies. INVALID_SIGNATURE for what the gateway did not sign. Once stored, it is not lost: trouble later is ours. */
  async receive(gatewayId: string, delivery: WebhookDelivery): Promise<{ received: boolean }> {
    const { eventId, type, reference = null } = this.verified(gatewayId, delivery);
    const event = { gateway: gatewayId, eventId, reference };
    const isNew = await this.rows.events.store({ ...event, type: type.slice(0, 64) });
    if (isNew) await this.apply(event).catch((error: unknown) => this.logger.warn('an event is parked', { eventId, error }));
    return { received: true };
  }

  /** Reads the payment again at the gateway and stores how it stands; an event of an unknown payment stays parked. */
  async apply(event: Event): Promise<void> {
    if (event.reference === null) return;
    const snapshot = await this.steps.gateways.of(event.gateway).get(event.reference);
    const payment = await this.rows.history.findByGateway(event.gateway, snapshot);
    if (!payment) return this.logger.warn('an event is about a payment that is not known yet', { eventId: event.eventId });
    await this.steps.settlement.apply(payment, snapshot, event);
    await this.settleRefunds(payment);
  }

  private async settleRefunds({ paymentId }: PaymentRow): Promise<void> {
    for (const refund of await this.steps.refunds.pendingOf(paymentId)) await this.steps.refunds.ask(refund);
  }

  private verified(gatewayId: string, delivery: WebhookDelivery): WebhookEvent {
    const gateway = this.steps.gateways.find(gatewayId);
    if (!gateway) throw new AppError('NOT_FOUND', `There is no payment gateway ${gatewayId}`);
    try {
      return gateway.verifyWebhook(delivery);
    } catch (cause) {
      if (!(cause instanceof InvalidSignature)) throw cause;
      throw new AppError('INVALID_SIGNATURE', `The webhook is not signed by ${gatewayId}, or too long ago`, { cause });
    }
  }
}
