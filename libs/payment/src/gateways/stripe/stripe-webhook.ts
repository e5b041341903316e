import { InvalidSignature } from '../../payment-error';
import type { WebhookDelivery, WebhookEvent } from '../../payment-gateway';
import { parsedBody, verifyTimestamped } from '../../signature';
import type { StripeSettings } from './stripe-settings';

interface StripeEvent {
  id: string;
  type: string;
  livemode?: boolean;
  data: { object: { id: string; payment_intent?: string | null } };
}

/** The SDK's own check takes signatures of the future; this one does not. Throws InvalidSignature. */
export function verifyStripeWebhook(settings: StripeSettings, delivery: WebhookDelivery): WebhookEvent {
  verifyTimestamped({ gateway: 'stripe', header: 'stripe-signature', secret: settings.webhookSecret }, delivery);
  const event = parsedBody<StripeEvent>('stripe', delivery.rawBody);
  const isLive = /^[a-z]+_live_/.test(settings.secretKey);
  if (event.livemode !== undefined && event.livemode !== isLive)
    throw new InvalidSignature('stripe', 'The event is of the other mode');
  const { object } = event.data;
  const reference = event.type.startsWith('payment_intent.') ? object.id : object.payment_intent;
  return { eventId: event.id, type: event.type, ...(reference && { reference }) };
}
