import Joi from 'joi';

/** What the sandbox is reached with; `timeoutMs` is the longest wait for an answer. */
export interface SandboxSettings {
  /** Where the sandbox process listens. */
  baseUrl: string;
  secretKey: string;
  webhookSecret: string;
  timeoutMs: number;
}

export const sandboxSettings = Joi.object<SandboxSettings, true>({
  baseUrl: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .required(),
  secretKey: Joi.string().required(),
  webhookSecret: Joi.string().required(),
  timeoutMs: Joi.number().integer().min(1).default(10_000),
});
