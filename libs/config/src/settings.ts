import Joi from 'joi';
import { refuse } from './production';

const text = (description: string) => Joi.string<string>().description(description);
const url = (description: string) =>
  Joi.string<string>()
    .uri({ scheme: ['http', 'https'] })
    .description(description);
const port = (description: string) => Joi.number().integer().min(0).max(65535).description(description);

const SHORTEST_PASSWORD = 12;

/** An address that stands in for a provider's own: where users are real, nothing does. */
const emulator = (description: string) =>
  refuse(url(description), {
    where: 'prod',
    reason: 'it stands for an emulator; leave it out',
    unsafe: (address) => !address.startsWith('https:'),
  });

const LOOPBACK = /^(localhost|127\.|\[?::1)/;

/** A list in one variable, separated by commas. */
export const commaList = (description: string) =>
  Joi.custom((value: string) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ).description(description) as Joi.AnySchema<string[]>;

/** JSON in one variable. */
export const json = <T>(shape: Joi.ObjectSchema<T>, description: string) =>
  Joi.custom((value: string, helpers) => {
    try {
      return Joi.attempt(JSON.parse(value), shape);
    } catch {
      return helpers.message({ custom: '{#label} is not JSON of the expected shape' });
    }
  }).description(description) as Joi.AnySchema<T>;

/** Where settings come from; read before all others, from the process's environment and the `.env` files alone. */
export interface SourceSettings {
  CONFIG_SOURCE?: string;
  CONFIG_CACHE_DIR: string;
  CONFIG_KEY_FILE?: string;
  CONFIG_KMS_KEY_ID?: string;
  AWS_REGION: string;
  AWS_ENDPOINT_URL?: string;
}

/** Their schema; every service has them besides its own. */
export const sourceSettings = Joi.object<SourceSettings>({
  CONFIG_SOURCE: text(
    'S3 object with further settings, s3://bucket/key; {APP_ENV} and {SERVICE_NAME} in it are filled in',
  ).pattern(/^s3:\/\/[a-z0-9.-]+\/.+$/, 's3://bucket/key'),
  CONFIG_CACHE_DIR: text('Folder of the last good copy of that object').default('.local/config'),
  CONFIG_KEY_FILE: text('File with the key of values sealed as enc:local, 32 bytes in base64'),
  CONFIG_KMS_KEY_ID: text('AWS KMS key of values sealed as enc:kms: id, ARN or alias'),
  AWS_REGION: text('Region of the AWS services').default('us-east-1'),
  AWS_ENDPOINT_URL: emulator('Other address of the AWS services, for an emulator'),
});

/** Settings that every service has. */
export const serviceSettings = {
  required: { PORT: port('Port to listen on; 0 takes a free one') },
  filled: {
    NODE_ENV: Joi.string<'development' | 'test' | 'production'>()
      .valid('development', 'test', 'production')
      .default('production')
      .description('production refuses unsafe settings'),
    APP_ENV: refuse(
      Joi.string<string>()
        .valid('local', 'dev', 'qa', 'prod')
        .default('local')
        .description('Which environment this is; chooses the files and the object that settings come from'),
      { where: 'deployed', reason: 'say which environment this is: dev, qa or prod', unsafe: (name) => name === 'local' },
    ),
    HOST: text('Address to listen on').default('127.0.0.1'),
    LOG_LEVEL: Joi.string<string>()
      .valid('error', 'warn', 'info', 'debug')
      .default('info')
      .description('debug also logs entry and exit of every function'),
    CORS_ORIGINS: refuse(commaList('Origins of browser clients, exactly, separated by commas').default([]), {
      where: 'deployed',
      reason: 'name each origin; * lets every site in',
      unsafe: (origins) => origins.includes('*'),
    }),
    TRUST_PROXY: refuse(
      commaList('Addresses or networks of the balancers in front, and for a service of the gateway, separated by commas').default(
        [],
      ),
      {
        where: 'deployed',
        reason: 'name the balancers; a network of everybody lets clients forge their address',
        unsafe: (networks) => networks.some((network) => /\/0$/.test(network)),
      },
    ),
    NOT_AUTHENTICATED_STATUS: Joi.number<401 | 501>()
      .valid(401, 501)
      .default(401)
      .description('501 for clients of the old specification'),
    REQUEST_TIMEOUT_MS: Joi.number().integer().min(100).default(10_000).description('Longest time for an answer, milliseconds'),
  },
};

/** Where a process shows its own numbers: for workers, and for each of several instances on one port. */
export const metricsSettings = {
  optional: {
    EMF_NAMESPACE: text(
      'Namespace in CloudWatch; each process also writes its numbers to its log once a minute, as embedded metrics',
    ),
    METRICS_PORT: port('Where each process shows its own numbers besides; its instance number is added'),
    NODE_APP_INSTANCE: Joi.number().integer().min(0).description('Number of this instance, given by pm2'),
  },
};

/** A service's own schema. */
export const databaseSettings = {
  required: {
    DATABASE_HOST: text('MySQL 8 or MariaDB server'),
    DATABASE_NAME: text("The service's own schema"),
    DATABASE_USER: refuse(text("The service's own user, granted that schema only"), {
      where: 'deployed',
      reason: 'a service is no administrator',
      unsafe: (user) => user === 'root',
    }),
    DATABASE_PASSWORD: refuse(text('Its password'), {
      where: 'deployed',
      reason: `fewer than ${SHORTEST_PASSWORD} characters can be guessed`,
      unsafe: (password) => password.length < SHORTEST_PASSWORD,
    }),
  },
  filled: {
    DATABASE_PORT: port('Port of the server').default(3306),
    DATABASE_POOL: Joi.number()
      .integer()
      .min(1)
      .max(200)
      .default(16)
      .description('Most connections of one process for transactions, and as many for single statements'),
  },
};

/** Who may make and change the schemas of all services; those who migrate, back up and restore read it, no service does. */
export const administratorSettings = (owners: string[]) =>
  Joi.object({
    DATABASE_HOST: text('MySQL 8 or MariaDB server'),
    DATABASE_PORT: port('Port of the server').default(3306),
    DATABASE_ADMIN_SOCKET: text('Its socket, in place of host and port'),
    DATABASE_ADMIN_USER: text('A user who may create schemas and users there').default('root'),
    DATABASE_ADMIN_PASSWORD: text('His password'),
    ...Object.fromEntries(
      owners.map((service) => [passwordSetting(service), text(`Password of the user of ${service} that --provision makes`)]),
    ),
  });

/** What names the password of a service's database user to the administrator. */
export const passwordSetting = (service: string) => `${service.replaceAll('-', '_').toUpperCase()}_DATABASE_PASSWORD`;

/** Faults on purpose, for tests of what a crash leaves behind. */
export const faultSettings = {
  optional: {
    CRASH_AT: refuse(text('Where this process shall be killed once, e.g. `after stepDao.done #2`; for tests only'), {
      where: 'deployed',
      reason: 'it is for tests; leave it out',
      unsafe: () => true,
    }),
  },
};

/** Who this service is to the others, and whom it believes. */
export const identitySettings = {
  required: {
    SERVICE_KEY: text('Private key of this service, PEM, EC P-256'),
    SERVICE_TRUST: json(
      Joi.object<Record<string, string>>().pattern(Joi.string(), Joi.string()),
      'Public keys of the services, JSON: name to PEM',
    ),
  },
};

/** Where a peer answers. */
export const peerSettings = {
  USER_URL: url('Base URL of the user service'),
  ORDER_URL: url('Base URL of the order service'),
  BILLING_URL: url('Base URL of the billing service'),
  TENANT_DATA_URL: url('Base URL of the tenant-data service'),
};

/** The topic and queue between order and its worker. */
export const queueSettings = {
  required: {
    EVENTS_TOPIC_ARN: text('SNS topic that events are published to'),
    EVENTS_QUEUE_URL: text('SQS queue that the worker reads'),
  },
  optional: {
    AWS_ENDPOINT_URL: emulator('Other address of the AWS services, for an emulator'),
    EVENTS_DLQ_URL: text('SQS queue of the events that kept failing, to be watched'),
  },
  filled: {
    QUEUE_DRIVER: Joi.string<'sns'>().valid('sns').default('sns').description('What carries events'),
    AWS_REGION: text('Region of the AWS services').default('us-east-1'),
  },
};

/** How users' clouds may be reached. */
export const cloudSettings = {
  filled: {
    CLOUD_ENDPOINT_ALLOWLIST: refuse(
      commaList('host:port of cloud endpoints that users may name themselves, separated by commas').default([]),
      {
        where: 'prod',
        reason: 'it names this machine, whose ports users must not reach',
        unsafe: (hosts) => hosts.some((host) => LOOPBACK.test(host)),
      },
    ),
  },
};

/** Keys for what is stored encrypted: the current one writes, all of them read. */
export const encryptionSettings = {
  required: {
    ENCRYPTION_KEYS: json(
      Joi.object<{ current: string; keys: Record<string, string> }>({
        current: Joi.string().required(),
        keys: Joi.object().pattern(Joi.string(), Joi.string().base64().length(44)).required(),
      }),
      'AES-256 keys, JSON: { current, keys: { id: base64 } }',
    ),
  },
};

/** The payment gateways, and what is billed in whose name. */
export const paymentSettings = {
  optional: {
    SANDBOX_URL: url('Base URL of the sandbox payment gateway'),
    SANDBOX_SECRET_KEY: text('Secret key of the sandbox gateway'),
    SANDBOX_WEBHOOK_SECRET: text("Secret of the sandbox gateway's webhooks"),
    STRIPE_SECRET_KEY: text('Secret key of Stripe'),
    STRIPE_WEBHOOK_SECRET: text("Secret of Stripe's webhooks"),
    TAP_SECRET_KEY: text('Secret key of Tap, which signs its webhooks too'),
    RAZORPAY_KEY_ID: text('Key id of Razorpay'),
    RAZORPAY_KEY_SECRET: text('Key secret of Razorpay'),
    RAZORPAY_WEBHOOK_SECRET: text("Secret of Razorpay's webhooks"),
    PAYMENT_RETURN_URL: url('Page of the client application to which payers come back from a gateway; Tap needs it'),
    PUBLIC_URL: url('Where payers and payment gateways reach this system; gateways are told to send webhooks there'),
    SELLER_ADDRESS: text('Address of the seller on invoices'),
  },
  filled: {
    PAYMENT_GATEWAYS: refuse(
      commaList('Payment gateways that are switched on: sandbox, stripe, tap, razorpay').default(['sandbox']),
      {
        where: 'prod',
        reason: 'the sandbox takes no money; name the gateways that do',
        unsafe: (gateways) => gateways.includes('sandbox'),
      },
    ),
    PAYMENT_TIMEOUT_MS: Joi.number()
      .integer()
      .min(100)
      .default(4_000)
      .description('Longest wait for a payment gateway, milliseconds; then it is asked later how it went'),
    SETTLE_INTERVAL_MS: Joi.number()
      .integer()
      .min(10)
      .default(1_000)
      .description('Pause between looks for payments to be settled, milliseconds'),
    RECONCILE_INTERVAL_MS: Joi.number()
      .integer()
      .min(100)
      .default(3_600_000)
      .description("Pause between comparisons of our books with the gateways', milliseconds"),
    RECONCILE_WINDOW_HOURS: Joi.number().integer().min(1).default(48).description('How far back a comparison looks, hours'),
    BILLING_COUNTRY: Joi.string<string>()
      .pattern(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2')
      .default('KW')
      .description('Country whose tax prices contain'),
    SELLER_NAME: text('Name of the seller on invoices').default('Polycloud'),
  },
};

const forDriver = (driver: string, setting: Joi.StringSchema<string>) =>
  setting.when('SMS_DRIVER', { is: driver, then: Joi.required() });

/** How text messages go out. */
export const smsSettings = {
  optional: {
    SMS_ENDPOINT_URL: emulator('Other address of the SMS provider, for an emulator'),
    SMS_SENDER_ID: text('Name that the recipient sees (sns), where his country allows one'),
    SNS_REGION: forDriver('sns', text('Region of Amazon SNS')),
    TWILIO_ACCOUNT_SID: forDriver('twilio', text('Twilio account')),
    TWILIO_AUTH_TOKEN: forDriver('twilio', text('Its token')),
    TWILIO_FROM: forDriver('twilio', text('Number of ours (E.164) or messaging service (MG...)')),
  },
  filled: {
    SMS_DRIVER: Joi.string<'console' | 'twilio' | 'sns'>()
      .valid('console', 'twilio', 'sns')
      .default('console')
      .when('NODE_ENV', { is: 'production', then: Joi.invalid('console').required() })
      .description('What sends text messages; console only shows them, so production refuses it'),
    SMS_OUTBOX_FILE: text('Where the driver console keeps what it shows').default('.local/sms-outbox.ndjson'),
  },
};
