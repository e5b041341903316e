/** Every way a gateway can fail, whatever the gateway. */
export type PaymentErrorCode =
  | 'DECLINED'
  | 'INVALID_REQUEST'
  | 'AMOUNT_NOT_REPRESENTABLE'
  | 'CURRENCY_NOT_SUPPORTED'
  | 'NOT_SUPPORTED'
  | 'UNAUTHENTICATED'
  | 'NOT_FOUND'
  | 'DUPLICATE_OPERATION'
  | 'IN_PROGRESS'
  | 'INVALID_SIGNATURE'
  | 'INVALID_STATE'
  | 'RATE_LIMITED'
  | 'GATEWAY_UNAVAILABLE'
  | 'TIMEOUT';

/** Why a payer's payment was declined. */
export type DeclineReason =
  'insufficient_funds' | 'expired_card' | 'incorrect_cvc' | 'authentication_failed' | 'fraud' | 'cancelled_by_payer' | 'generic';

/** Why a payment was declined, in terms that no gateway owns. */
export interface Decline {
  reason: DeclineReason;
  /** Whether the payer may succeed by trying again, with this source or another. */
  retryableByCustomer: boolean;
  /** The gateway's own code, for support. */
  gatewayCode?: string;
}

/** A method of PaymentGateway. */
export type Operation = 'charge' | 'get' | 'find' | 'refund' | 'findRefund' | 'cancel' | 'list' | 'verifyWebhook';

interface Details {
  gateway: string;
  operation: Operation;
  /** `not_done` unless said. */
  outcome?: 'not_done' | 'unknown';
  retryable?: boolean;
  decline?: Decline;
  cause?: unknown;
}

/**
 * The one error of every gateway. `outcome` tells of this call alone, not of earlier ones with the same id: `unknown`
 * means that it may have been carried out, so ask `find` or `findRefund` before anything else. `retryable` means that
 * the same call, with the same id, may succeed later.
 */
export class PaymentError extends Error {
  readonly gateway: string;
  readonly operation: Operation;
  readonly outcome: 'not_done' | 'unknown';
  readonly retryable: boolean;
  readonly decline: Decline | undefined;

  constructor(
    readonly code: PaymentErrorCode,
    message: string,
    details: Details,
  ) {
    super(message, { cause: details.cause });
    this.name = 'PaymentError';
    this.gateway = details.gateway;
    this.operation = details.operation;
    this.outcome = details.outcome ?? 'not_done';
    this.retryable = details.retryable ?? false;
    this.decline = details.decline;
  }
}

/** A webhook that its gateway did not sign, or signed too long ago. */
export class InvalidSignature extends PaymentError {
  constructor(gateway: string, message: string) {
    super('INVALID_SIGNATURE', message, { gateway, operation: 'verifyWebhook' });
    this.name = 'InvalidSignature';
  }
}
