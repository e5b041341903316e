'use strict';
const { createPublicKey } = require('node:crypto');
const path = require('node:path');
const { BUCKETS, GOOGLE_ACCOUNT } = require('./demo-clouds');
const { secretFiles } = require('./secrets');
const { WORKERS } = require('./parts');

const SANDBOX_WEBHOOK_PATH = '/payment/webhook/sandbox';
const DEMO_REGION = 'us-east-1';

// Which Node the project needs is the project's own choice, so the SDK's word on it is not shown at each start.
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

const urlOf = (port) => `http://127.0.0.1:${port}`;

/** MySQL names carry no hyphen. */
const databaseName = (service) => `polycloud_${service.replaceAll('-', '_')}`;

const databaseEnvironment = (service, { settings, secrets }) => ({
  DATABASE_HOST: settings.database.host,
  DATABASE_PORT: String(settings.database.port),
  DATABASE_NAME: databaseName(service),
  DATABASE_USER: databaseName(service),
  DATABASE_PASSWORD: secrets.databasePasswords[service],
});

const queueEnvironment = ({ settings }) => ({
  QUEUE_DRIVER: 'sns',
  EVENTS_TOPIC_ARN: settings.events?.topicArn,
  EVENTS_QUEUE_URL: settings.events?.queueUrl,
  EVENTS_DLQ_URL: settings.events?.dlqUrl,
});

const awsEnvironment = ({ settings, secrets }) => ({
  AWS_REGION: DEMO_REGION,
  AWS_ENDPOINT_URL: urlOf(settings.ports.aws),
  AWS_ACCESS_KEY_ID: secrets.platform.accessKeyId,
  AWS_SECRET_ACCESS_KEY: secrets.platform.secretAccessKey,
});

/** Users may name these hosts as endpoints of their cloud; nothing else on this machine. */
const endpointAllowlist = ({ ports }) =>
  ['aws', 'google', 'azure', 'inference'].map((name) => `127.0.0.1:${ports[name]}`).join(',');

const own = {
  gateway: () => ({}),
  user: (stack) => ({
    ENCRYPTION_KEYS_FILE: secretFiles(stack.dir).encryptionKeys,
    CLOUD_ENDPOINT_ALLOWLIST: endpointAllowlist(stack.settings),
    ADMIN_EMAILS: stack.secrets.admin.email,
    SMS_OUTBOX_FILE: path.join(stack.dir, 'sms-outbox.ndjson'),
  }),
  order: (stack) => ({
    ...queueEnvironment(stack),
    ...awsEnvironment(stack),
    CLOUD_ENDPOINT_ALLOWLIST: endpointAllowlist(stack.settings),
    CALLBACK_ALLOW_PRIVATE: 'true',
  }),
  billing: ({ settings, secrets }) => ({
    PUBLIC_URL: urlOf(settings.ports.gateway),
    SANDBOX_URL: urlOf(settings.ports['payment-sandbox']),
    SANDBOX_SECRET_KEY: secrets.sandboxSecretKey,
    SANDBOX_WEBHOOK_SECRET: secrets.sandboxWebhookSecret,
  }),
  'tenant-data': (stack) => ({ CLOUD_ENDPOINT_ALLOWLIST: endpointAllowlist(stack.settings) }),
};

/** The environment of a service or worker. `stack` is { dir, settings, secrets }. */
function serviceEnvironment(name, stack) {
  const service = WORKERS.find((worker) => worker.name === name)?.service ?? name;
  const { ports } = stack.settings;
  return {
    NODE_ENV: 'development',
    APP_ENV: 'local',
    ...QUIET_SDK,
    HOST: '127.0.0.1',
    PORT: String(name === service ? ports[name] : 0),
    LOG_LEVEL: process.env.LOG_LEVEL || 'debug',
    SERVICE_NAME: service,
    SERVICE_KEY_FILE: secretFiles(stack.dir).serviceKey(service),
    SERVICE_TRUST_FILE: secretFiles(stack.dir).trust,
    USER_URL: urlOf(ports.user),
    ORDER_URL: urlOf(ports.order),
    BILLING_URL: urlOf(ports.billing),
    TENANT_DATA_URL: urlOf(ports['tenant-data']),
    CORS_ORIGINS: process.env.CORS_ORIGINS || 'http://localhost:4200',
    // Whom the gateway names as its client is the client; otherwise all users would share one address, and its limits.
    ...(service !== 'gateway' && { TRUST_PROXY: '127.0.0.1' }),
    ...(stack.secrets.databasePasswords[service] && databaseEnvironment(service, stack)),
    ...own[service](stack),
  };
}

const s3Credentials = (...keys) => keys.map((key) => `${key.accessKeyId}:${key.secretAccessKey}`).join(',');

function googleAccounts({ googleKey }) {
  const publicKey = createPublicKey(googleKey).export({ type: 'spki', format: 'pem' });
  return JSON.stringify([{ clientEmail: GOOGLE_ACCOUNT.clientEmail, publicKey }]);
}

const emulatorOwn = {
  aws: ({ secrets: { platform, tenants } }) => ({
    EMULATOR_CREDENTIALS: s3Credentials(platform, tenants),
  }),
  'payment-sandbox': ({ settings, secrets }) => ({
    SANDBOX_SECRET_KEY: secrets.sandboxSecretKey,
    SANDBOX_WEBHOOK_SECRET: secrets.sandboxWebhookSecret,
    SANDBOX_WEBHOOK_URL: `${urlOf(settings.ports.billing)}${SANDBOX_WEBHOOK_PATH}`,
  }),
  google: ({ secrets }) => ({ EMULATOR_ACCOUNTS: googleAccounts(secrets), EMULATOR_BUCKETS: BUCKETS.GOOGLE }),
  inference: ({ secrets }) => ({
    EMULATOR_CREDENTIALS: s3Credentials(secrets.tenants),
    EMULATOR_ACCOUNTS: googleAccounts(secrets),
    EMULATOR_AZURE_KEYS: secrets.scoringKey,
    EMULATOR_IBM_API_KEYS: secrets.ibmApiKey,
  }),
  azure: ({ secrets: { azure } }) => ({ AZURITE_ACCOUNTS: `${azure.accountName}:${azure.accountKey}` }),
};

/** The environment of an emulator; its data lies in `dataDir`. */
function emulatorEnvironment(name, stack, dataDir) {
  return {
    EMULATOR_PORT: String(stack.settings.ports[name]),
    EMULATOR_DATA_DIR: dataDir,
    ...emulatorOwn[name]?.(stack),
  };
}

module.exports = { serviceEnvironment, emulatorEnvironment, databaseName, urlOf, DEMO_REGION, QUIET_SDK };
