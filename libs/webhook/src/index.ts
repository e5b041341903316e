export { signWebhook, type WebhookMessage, type WebhookHeaders } from './sign-webhook';
export { GuardedSender, type GuardedSenderOptions, type Outgoing, type SendResult } from './sender/guarded-sender';
export type { Resolve } from './sender/resolve';
export { SnsMessageVerifier, type SnsVerifierOptions, type SubscriptionToConfirm } from './sns/sns-message-verifier';
export type { SnsMessage, SnsNotification, SnsSubscriptionMessage } from './sns/sns-message';
