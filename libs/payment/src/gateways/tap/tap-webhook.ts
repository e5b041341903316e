import { InvalidSignature } from '../../payment-error';
import type { WebhookDelivery, WebhookEvent } from '../../payment-gateway';
import { equalInConstantTime, hmacHex, parsedBody, soleHeader } from '../../signature';
import type { TapCharge, TapRefund } from './tap-objects';
import type { TapSettings } from './tap-settings';

const THREE_DECIMALS = new Set(['BHD', 'JOD', 'KWD', 'OMR']);

type TapObject = TapCharge & Partial<TapRefund>;

/**
 * Tap signs seven fields, not the body: the order of keys does not matter, and every other field may be forged, which
 * is harmless as long as it only says what to read again. Throws InvalidSignature.
 */
export function verifyTapWebhook({ secretKey }: TapSettings, { rawBody, headers }: WebhookDelivery): WebhookEvent {
  const object = parsedBody<TapObject>('tap', rawBody);
  const hash = soleHeader('tap', headers, 'hashstring');
  const isObject = typeof object.id === 'string' && typeof object.amount === 'number' && typeof object.status === 'string';
  if (!isObject || !equalInConstantTime(hash, hmacHex(secretKey, signedText(object))))
    throw new InvalidSignature('tap', 'The hashstring does not match the object');
  const isLive = secretKey.startsWith('sk_live_');
  if (object.live_mode !== undefined && object.live_mode !== isLive) throw new InvalidSignature('tap', 'It is of the other mode');
  const kind = object.charge_id === undefined ? 'charge' : 'refund';
  return {
    // Tap gives its events no id of their own.
    eventId: `${object.id}:${object.status}`,
    type: `${kind}.${object.status.toLowerCase()}`,
    reference: object.charge_id ?? object.id,
  };
}

/** The text that Tap's hash covers. */
export function signedText(object: TapObject): string {
  const { id, currency, status, reference } = object;
  const amount = object.amount.toFixed(THREE_DECIMALS.has(currency) ? 3 : 2);
  // A refund tells its time at the top, a charge in its transaction.
  const created = object.transaction?.created ?? object.created ?? '';
  return (
    `x_id${id}x_amount${amount}x_currency${currency}x_gateway_reference${reference?.gateway ?? ''}` +
    `x_payment_reference${reference?.payment ?? ''}x_status${status}x_created${created}`
  );
}
