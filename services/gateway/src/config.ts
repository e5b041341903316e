import {
  databaseSettings,
  identitySettings,
  json,
  metricsSettings,
  peerSettings,
  readConfig,
  serviceSettings,
} from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';
import Joi from 'joi';
import type { ApiKey } from './routes/identify';

const text = (description: string) => Joi.string<string>().description(description);
const forDriver = (driver: string, setting: Joi.AnySchema<string>) =>
  setting.when('RATE_LIMIT_DRIVER', { is: driver, then: Joi.required() });

const { DATABASE_HOST, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD } = databaseSettings.required;

const apiKeys = Joi.object<Record<string, ApiKey>>().pattern(
  Joi.string().max(64),
  Joi.object({ sha256: Joi.string().hex().length(64).required(), perDay: Joi.number().integer().min(1).required() }),
);

const optional = {
  ...metricsSettings.optional,
  TLS_CERTIFICATE: text('Certificate chain (PEM) for machines without a balancer in front'),
  TLS_KEY: text('Its private key (PEM)'),
  HTTP_REDIRECT_PORT: Joi.number().integer().min(0).max(65535).description('Port on which plain HTTP is sent to HTTPS'),
  REDIS_URL: forDriver('redis', text('Redis or Valkey that counts requests for all instances (redis)')),
  DATABASE_HOST: forDriver('mysql', DATABASE_HOST),
  DATABASE_NAME: forDriver('mysql', DATABASE_NAME),
  DATABASE_USER: forDriver('mysql', DATABASE_USER),
  DATABASE_PASSWORD: forDriver('mysql', DATABASE_PASSWORD),
};

const filled = {
  ...serviceSettings.filled,
  ...databaseSettings.filled,
  RATE_LIMIT_DRIVER: Joi.string<'memory' | 'redis' | 'mysql'>()
    .valid('memory', 'redis', 'mysql')
    .default('memory')
    .when('NODE_ENV', { is: 'production', then: Joi.invalid('memory').required() })
    .description('Where requests are counted; memory counts for one instance only, so production refuses it'),
  RATE_LIMIT_FACTOR: Joi.number()
    .integer()
    .min(1)
    .when('APP_ENV', { is: 'local', then: Joi.number().default(1_000), otherwise: Joi.number().default(1) })
    .description('Makes every rate limit so many times larger') as Joi.AnySchema<number>,
  API_KEYS: json(apiKeys, 'Keys of third parties, JSON: name to { sha256 (hex of the key), perDay (quota) }').default({}),
};

const settings = record({ ...serviceSettings.required, ...identitySettings.required, ...peerSettings }, optional, filled).and(
  'TLS_CERTIFICATE',
  'TLS_KEY',
);

export type Config = Infer<typeof settings>;

export const readServiceConfig = (): Config => readConfig(settings);
