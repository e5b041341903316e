export { AmountNotRepresentable, exponentOf, fromMajorString, toMajorString, type Money } from './money';
export {
  InvalidSignature,
  PaymentError,
  type Decline,
  type DeclineReason,
  type Operation,
  type PaymentErrorCode,
} from './payment-error';
export type {
  ChargeRequest,
  Customer,
  GatewayId,
  NextAction,
  PaymentGateway,
  PaymentPage,
  PaymentSnapshot,
  PaymentStatus,
  RefundRequest,
  RefundSnapshot,
  WebhookDelivery,
  WebhookEvent,
} from './payment-gateway';
export { PaymentFactory, gatewaySettings, type GatewaySettings } from './payment-factory';
export { SandboxGateway } from './gateways/sandbox/sandbox-gateway';
export type { SandboxSettings } from './gateways/sandbox/sandbox-settings';
export { StripeGateway } from './gateways/stripe/stripe-gateway';
export type { StripeSettings } from './gateways/stripe/stripe-settings';
export { TapGateway } from './gateways/tap/tap-gateway';
export type { TapSettings } from './gateways/tap/tap-settings';
export { RazorpayGateway } from './gateways/razorpay/razorpay-gateway';
export type { RazorpaySettings } from './gateways/razorpay/razorpay-settings';
