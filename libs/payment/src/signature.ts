import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidSignature } from './payment-error';
import type { GatewayId, WebhookDelivery } from './payment-gateway';

const TOLERANCE_SECONDS = 300;
const MOST_SIGNATURES = 10;

/** Lower-case hex HMAC-SHA256. */
export const hmacHex = (secret: string, message: string | Buffer): string =>
  createHmac('sha256', secret).update(message).digest('hex');

/** Whether two strings are equal, in a time that tells nothing about where they differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The one value of a header, whatever its case. Throws InvalidSignature when it is missing or sent more than once. */
export function soleHeader(gateway: GatewayId, headers: WebhookDelivery['headers'], name: string): string {
  const values = Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));
  const [value] = values;
  if (value === undefined || values.length > 1) throw new InvalidSignature(gateway, `The header ${name} must be sent once`);
  return value;
}

interface TimestampedScheme {
  gateway: GatewayId;
  header: string;
  secret: string;
}

/**
 * Verifies `t=<unix>,v1=<hex>[,v1=<hex>]`, signed over `<t>.<raw body>`. Any one v1 may match, so a secret can be
 * rotated; the time must lie within 300 s of now, before or after. Throws InvalidSignature.
 */
export function verifyTimestamped(scheme: TimestampedScheme, { rawBody, headers, now }: WebhookDelivery): void {
  const { gateway, header, secret } = scheme;
  const parts = soleHeader(gateway, headers, header).split(',');
  const [timestamp, ...otherTimestamps] = valuesOf(parts, 't=');
  const signatures = valuesOf(parts, 'v1=');
  const isReadable = timestamp !== undefined && otherTimestamps.length === 0 && /^\d{1,12}$/.test(timestamp);
  if (!isReadable || signatures.length > MOST_SIGNATURES)
    throw new InvalidSignature(gateway, `The header ${header} is malformed`);
  const expected = hmacHex(secret, Buffer.concat([Buffer.from(`${timestamp}.`), rawBody]));
  if (!signatures.some((signature) => equalInConstantTime(signature, expected)))
    throw new InvalidSignature(gateway, 'The signature does not match the body');
  const age = now.getTime() / 1000 - Number(timestamp);
  if (Math.abs(age) > TOLERANCE_SECONDS) throw new InvalidSignature(gateway, 'The signature is too old, or of the future');
}

const valuesOf = (parts: string[], prefix: string) =>
  parts.filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length));

/** The body of a webhook as an object. Throws InvalidSignature: a gateway signs nothing else. */
export function parsedBody<T extends object>(gateway: GatewayId, rawBody: Buffer): T {
  try {
    const body: unknown = JSON.parse(rawBody.toString('utf8'));
    if (typeof body === 'object' && body !== null) return body as T;
  } catch {
    // Answered below, like every other body that is no object.
  }
  throw new InvalidSignature(gateway, 'The body is not a JSON object');
}
