import { createHash } from 'node:crypto';
import { invalid } from './api-error';
import { behaviourOf } from './sources';

export type Json = Record<string, unknown>;

/** What a merchant asks for, checked. */
export interface ChargeRequest {
  orderRef: string;
  amount: number;
  currency: string;
  source: string;
  returnUrl: string | null;
  webhookUrl: string | null;
  metadata: Record<string, string>;
}

export function chargeRequest(body: Json): ChargeRequest {
  const source = text(body, 'source');
  if (!behaviourOf(source)) throw invalid(`The source ${source} is unknown`);
  const currency = text(body, 'currency');
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid('currency must be three capital letters');
  return {
    orderRef: text(body, 'orderRef'),
    amount: positiveInteger(body, 'amount'),
    currency,
    source,
    returnUrl: webAddress(body, 'returnUrl'),
    webhookUrl: webAddress(body, 'webhookUrl'),
    metadata: metadata(body.metadata),
  };
}

export const fingerprintOf = (request: object): string => createHash('sha256').update(JSON.stringify(request)).digest('hex');

export function positiveInteger(body: Json, name: string): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0)
    throw invalid(`${name} must be a positive integer`);
  return value;
}

export function text(body: Json, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > 255) throw invalid(`${name} must be 1-255 characters`);
  return value;
}

function webAddress(body: Json, name: string): string | null {
  if (body[name] === undefined || body[name] === null) return null;
  const value = body[name];
  const isWeb = typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (!isWeb) throw invalid(`${name} must be an http or https address`);
  return value;
}

function metadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const isFlat = typeof value === 'object' && Object.values(value).every((item) => typeof item === 'string');
  if (!isFlat) throw invalid('metadata must be an object of strings');
  return value as Record<string, string>;
}
