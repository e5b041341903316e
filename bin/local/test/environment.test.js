'use strict';
const { describe, expect, it } = require('@jest/globals');
const { serviceEnvironment, emulatorEnvironment } = require('../environment');
const { choosePorts } = require('../ports');
const { cloudConnections } = require('../clouds');
const { describeStack } = require('../stack-file');

const stack = {
  dir: '/stack',
  settings: {
    ports: choosePorts('18080'),
    database: { given: false, host: '127.0.0.1', port: 18_090 },
    events: { topicArn: 'arn:topic', queueUrl: 'http://queue', dlqUrl: 'http://dlq' },
  },
  secrets: {
    databasePasswords: { user: 'u', order: 'o', billing: 'b', 'tenant-data': 't' },
    platform: { accessKeyId: 'P', secretAccessKey: 'ps' },
    tenants: { accessKeyId: 'T', secretAccessKey: 'ts' },
    azure: { accountName: 'demo', accountKey: 'k' },
    googleKey: 'pem',
    scoringKey: 'score',
    ibmApiKey: 'ibm',
    sandboxSecretKey: 'sk',
    sandboxWebhookSecret: 'whsec',
    demoPassword: 'demo-password',
    admin: { email: 'admin@polycloud.example', password: 'a' },
  },
};

describe('the environment of a service', () => {
  it.each(['gateway', 'user', 'order', 'order-worker', 'billing', 'tenant-data'])('%s gets every variable as a text', (name) => {
    expect(Object.entries(serviceEnvironment(name, stack)).filter(([, value]) => typeof value !== 'string')).toEqual([]);
  });

  it('names the schema and user of the service alone', () => {
    expect(serviceEnvironment('tenant-data', stack)).toMatchObject({
      DATABASE_NAME: 'polycloud_tenant_data',
      DATABASE_USER: 'polycloud_tenant_data',
      DATABASE_PASSWORD: 't',
      DATABASE_PORT: '18090',
    });
    expect(serviceEnvironment('gateway', stack)).not.toHaveProperty('DATABASE_NAME');
  });

  it('lets a worker prove itself as its service and listen nowhere that is fixed', () => {
    const worker = serviceEnvironment('order-worker', stack);
    expect(worker).toMatchObject({ SERVICE_NAME: 'order', PORT: '0', EVENTS_QUEUE_URL: 'http://queue' });
    expect(worker.SERVICE_KEY_FILE).toBe('/stack/secrets/order.key.pem');
  });

  it('lets every service believe the gateway about its clients, and the gateway nobody', () => {
    const trusted = ['user', 'order', 'billing', 'tenant-data', 'gateway'].map(
      (name) => serviceEnvironment(name, stack).TRUST_PROXY,
    );
    expect(trusted).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', undefined]);
  });

  it('gives queue access to order alone, and gateway keys to billing alone', () => {
    expect(serviceEnvironment('user', stack)).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
    expect(serviceEnvironment('order', stack)).not.toHaveProperty('SANDBOX_SECRET_KEY');
    expect(serviceEnvironment('order', stack)).not.toHaveProperty('ENCRYPTION_KEYS_FILE');
    expect(serviceEnvironment('billing', stack)).toMatchObject({
      SANDBOX_SECRET_KEY: 'sk',
      SANDBOX_URL: 'http://127.0.0.1:18094',
    });
  });
});

describe('the environment of an emulator', () => {
  it('lets the payment sandbox call the billing service', () => {
    expect(emulatorEnvironment('payment-sandbox', stack, '/data')).toMatchObject({
      EMULATOR_PORT: '18094',
      EMULATOR_DATA_DIR: '/data',
      SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:18083/payment/webhook/sandbox',
    });
  });
});

describe('the description of a stack', () => {
  it('offers the clouds that have an emulator, and no others', () => {
    expect(Object.keys(cloudConnections(stack, (name) => name === 'aws'))).toEqual(['AWS', 'IBM']);
    expect(Object.keys(cloudConnections(stack, () => true)).sort()).toEqual(['AWS', 'AZURE', 'GOOGLE', 'IBM']);
    expect(cloudConnections(stack, () => false)).toEqual({});
  });

  it('allows every endpoint that it hands out', () => {
    const allowed = serviceEnvironment('user', stack).CLOUD_ENDPOINT_ALLOWLIST.split(',');
    for (const connection of Object.values(cloudConnections(stack, () => true)))
      for (const url of [connection.endpoint, connection.inferenceEndpoint, connection.scoringUri].filter(Boolean))
        expect(allowed).toContain(new URL(url).host);
  });

  it('says where services and schemas are and who may try them', () => {
    const described = describeStack(
      stack,
      cloudConnections(stack, (name) => name === 'aws'),
    );
    expect(described).toMatchObject({
      gateway: 'http://127.0.0.1:18080',
      services: { user: 'http://127.0.0.1:18081', 'tenant-data': 'http://127.0.0.1:18084' },
      database: { port: 18_090, users: { order: { user: 'polycloud_order', password: 'o', database: 'polycloud_order' } } },
      clouds: { AWS: { connection: { endpoint: 'http://127.0.0.1:18091' } } },
    });
    expect(described.demo.users[0]).toEqual({ email: 'demo.aws@polycloud.example', password: 'demo-password', cloud: 'AWS' });
  });
});
