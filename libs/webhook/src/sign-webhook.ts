import { Webhook } from 'standardwebhooks';

/** One try of a delivery. The id stays the same on every try, the timestamp is that of the try. */
export interface WebhookMessage {
  id: string;
  timestamp: Date;
  body: string;
  /** `whsec_` secrets, the newest first; two while one is being rotated out. */
  secrets: string[];
}

/** The headers of Standard Webhooks. */
export interface WebhookHeaders extends Record<string, string> {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** Signs the exact body once with each secret. Throws RangeError without a secret and Error on one that is not base64. */
export function signWebhook({ id, timestamp, body, secrets }: WebhookMessage): WebhookHeaders {
  if (secrets.length === 0) throw new RangeError('A webhook is signed with at least one secret');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body)).join(' '),
  };
}
