import Joi from 'joi';

/** What Stripe is reached with; `timeoutMs` is the longest wait for an answer. */
export interface StripeSettings {
  secretKey: string;
  /** The endpoint's secret, with its `whsec_`. */
  webhookSecret: string;
  baseUrl: string;
  timeoutMs: number;
}

export const stripeSettings = Joi.object<StripeSettings, true>({
  secretKey: Joi.string().required(),
  webhookSecret: Joi.string().required(),
  baseUrl: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .default('https://api.stripe.com'),
  timeoutMs: Joi.number().integer().min(1).default(30_000),
});
