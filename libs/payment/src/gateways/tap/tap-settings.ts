import Joi from 'joi';

/** What Tap is reached with; `timeoutMs` is the longest wait for an answer. */
export interface TapSettings {
  /** Also signs the webhooks: Tap has no secret of their own. */
  secretKey: string;
  baseUrl: string;
  timeoutMs: number;
}

export const tapSettings = Joi.object<TapSettings, true>({
  secretKey: Joi.string().required(),
  baseUrl: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .default('https://api.tap.company'),
  timeoutMs: Joi.number().integer().min(1).default(30_000),
});
