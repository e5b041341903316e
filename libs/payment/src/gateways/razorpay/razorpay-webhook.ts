import { InvalidSignature } from '../../payment-error';
import type { WebhookDelivery, WebhookEvent } from '../../payment-gateway';
import { equalInConstantTime, hmacHex, parsedBody, soleHeader } from '../../signature';
import type { RazorpaySettings } from './razorpay-settings';

interface RazorpayEvent {
  event: string;
  payload: {
    order?: { entity: { id: string } };
    payment?: { entity: { id: string; order_id?: string | null } };
  };
}

/** The signature covers the body and no time, so a delivery never grows too old. Throws InvalidSignature. */
export function verifyRazorpayWebhook({ webhookSecret }: RazorpaySettings, { rawBody, headers }: WebhookDelivery): WebhookEvent {
  const signature = soleHeader('razorpay', headers, 'x-razorpay-signature');
  if (!equalInConstantTime(signature, hmacHex(webhookSecret, rawBody)))
    throw new InvalidSignature('razorpay', 'The signature does not match the body');
  const { event, payload } = parsedBody<RazorpayEvent>('razorpay', rawBody);
  const reference = payload.order?.entity.id ?? payload.payment?.entity.order_id;
  return {
    eventId: soleHeader('razorpay', headers, 'x-razorpay-event-id'),
    type: event,
    ...(reference && { reference }),
  };
}
