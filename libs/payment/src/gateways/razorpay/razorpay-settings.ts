import Joi from 'joi';

/** What Razorpay is reached with; `timeoutMs` is the longest wait for an answer. */
export interface RazorpaySettings {
  keyId: string;
  keySecret: string;
  webhookSecret: string;
  baseUrl: string;
  timeoutMs: number;
}

export const razorpaySettings = Joi.object<RazorpaySettings, true>({
  keyId: Joi.string().required(),
  keySecret: Joi.string().required(),
  webhookSecret: Joi.string().required(),
  baseUrl: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .default('https://api.razorpay.com'),
  timeoutMs: Joi.number().integer().min(1).default(30_000),
});
