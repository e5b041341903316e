import { READS, wasNeverSent } from '../../gateway-http';
import { PaymentError, type Decline, type DeclineReason, type Operation, type PaymentErrorCode } from '../../payment-error';

/** What the SDK's errors bear. Its classes follow the HTTP status alone, so the fields are what is asked. */
export interface StripeFailure {
  type?: string;
  statusCode?: number;
  rawType?: string;
  code?: string;
  decline_code?: string;
  param?: string;
  message: string;
  detail?: unknown;
  payment_intent?: { id: string };
}

const BY_STATUS: Record<number, PaymentErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  402: 'DECLINED',
  409: 'IN_PROGRESS',
  429: 'RATE_LIMITED',
};

const BY_CODE: Record<string, PaymentErrorCode> = {
  payment_intent_unexpected_state: 'INVALID_STATE',
  charge_already_refunded: 'INVALID_STATE',
  amount_too_small: 'AMOUNT_NOT_REPRESENTABLE',
  amount_too_large: 'AMOUNT_NOT_REPRESENTABLE',
};

/** Maps what the SDK throws; anything else is a defect and stays what it is. */
export function stripeError(operation: Operation, cause: unknown): unknown {
  const failure = cause as StripeFailure;
  if (!failure.type?.startsWith('Stripe')) return cause;
  const { statusCode: status } = failure;
  if (status === undefined || status >= 500) return unanswered(operation, failure);
  const code = codeOf(failure, status);
  return new PaymentError(code, failure.message, {
    ...{ gateway: 'stripe', operation, cause },
    // Another call with the same key is under way: how it ends is not known yet.
    outcome: status === 409 ? 'unknown' : 'not_done',
    retryable: status === 409 || status === 429,
    ...(code === 'DECLINED' && { decline: declineOf(failure) }),
  });
}

function codeOf({ rawType, code, param }: StripeFailure, status: number): PaymentErrorCode {
  if (status === 400 && rawType === 'idempotency_error') return 'DUPLICATE_OPERATION';
  if (status === 400 && param === 'currency') return 'CURRENCY_NOT_SUPPORTED';
  return BY_CODE[code ?? ''] ?? BY_STATUS[status] ?? 'INVALID_REQUEST';
}

function unanswered(operation: Operation, failure: StripeFailure): PaymentError {
  const timedOut = failure.code === 'ETIMEDOUT' || /timeout|aborted due to timeout/i.test(failure.message);
  const isSettled = READS.has(operation) || wasNeverSent(failure) || wasNeverSent(failure.detail);
  const details = { gateway: 'stripe', operation, outcome: isSettled ? 'not_done' : 'unknown', retryable: true } as const;
  return new PaymentError(timedOut ? 'TIMEOUT' : 'GATEWAY_UNAVAILABLE', `stripe gave no usable answer to ${operation}`, {
    ...details,
    cause: failure,
  });
}

const REASONS: Record<string, DeclineReason> = {
  insufficient_funds: 'insufficient_funds',
  expired_card: 'expired_card',
  incorrect_cvc: 'incorrect_cvc',
  authentication_required: 'authentication_failed',
  payment_intent_authentication_failure: 'authentication_failed',
  fraudulent: 'fraud',
  lost_card: 'fraud',
  stolen_card: 'fraud',
  pickup_card: 'fraud',
};

/** Why Stripe declined; `decline_code` is finer than `code` where both are there. */
export function declineOf({ code, decline_code }: Pick<StripeFailure, 'code' | 'decline_code'>): Decline {
  const gatewayCode = decline_code ?? code;
  const reason = REASONS[gatewayCode ?? ''] ?? REASONS[code ?? ''] ?? 'generic';
  return { reason, retryableByCustomer: reason !== 'fraud', ...(gatewayCode && { gatewayCode }) };
}
