export { startPaymentSandbox, type PaymentSandbox, type PaymentSandboxOptions } from './payment-sandbox';
