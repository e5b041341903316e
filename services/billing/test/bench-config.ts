import type { TestDatabase } from '@polycloud/test-kit';
import type { PaymentSandbox } from '../../../emulators/src/payment-sandbox';
import type { Config } from '../src/config';
import type { Neighbours } from './neighbours';

export const SANDBOX_KEYS = { secretKey: 'sandbox-key', webhookSecret: 'sandbox-webhook-secret' };

/** The settings of a billing service that stands on these parts; its keys are still missing. */
export const configFor = (
  db: TestDatabase,
  sandbox: PaymentSandbox,
  neighbours: Neighbours,
): Omit<Config, 'SERVICE_KEY' | 'SERVICE_TRUST'> => ({
  PORT: 0,
  HOST: '127.0.0.1',
  NODE_ENV: 'test',
  APP_ENV: 'local',
  LOG_LEVEL: 'error',
  CORS_ORIGINS: [],
  TRUST_PROXY: [],
  NOT_AUTHENTICATED_STATUS: 401,
  REQUEST_TIMEOUT_MS: 15_000,
  METRICS_PORT: 0,
  NODE_APP_INSTANCE: 0,
  DATABASE_HOST: db.host,
  DATABASE_PORT: db.port,
  DATABASE_NAME: db.database,
  DATABASE_USER: db.user,
  DATABASE_PASSWORD: db.password,
  DATABASE_POOL: 16,
  USER_URL: neighbours.userUrl,
  ORDER_URL: neighbours.orderUrl,
  PAYMENT_GATEWAYS: ['sandbox'],
  PAYMENT_TIMEOUT_MS: 1_000,
  SANDBOX_URL: sandbox.url,
  SANDBOX_SECRET_KEY: SANDBOX_KEYS.secretKey,
  SANDBOX_WEBHOOK_SECRET: SANDBOX_KEYS.webhookSecret,
  SETTLE_INTERVAL_MS: 50,
  RECONCILE_INTERVAL_MS: 3_600_000,
  RECONCILE_WINDOW_HOURS: 48,
  BILLING_COUNTRY: 'KW',
  SELLER_NAME: 'Polycloud',
});
