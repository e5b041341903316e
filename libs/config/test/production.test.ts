import Joi from 'joi';
import { readServiceConfig as gateway } from '../../../services/gateway/src/config';
import { readServiceConfig as order } from '../../../services/order/src/config';
import { readServiceConfig as user } from '../../../services/user/src/config';
import { cloudSettings, databaseSettings, paymentSettings, readConfig, serviceSettings, settingsOf } from '../src';

const settings = Joi.object({
  ...serviceSettings.filled,
  ...databaseSettings.required,
  ...paymentSettings.filled,
  ...cloudSettings.filled,
});

const refusedIn = (environment: Record<string, string>): string[] => {
  try {
    readConfig(settings, environment);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').flatMap((line) => /^ {2}(\w+) is refused/.exec(line)?.[1] ?? []);
  }
};

const unsafe = {
  CORS_ORIGINS: 'https://app.example,*',
  TRUST_PROXY: '0.0.0.0/0',
  DATABASE_USER: 'root',
  DATABASE_PASSWORD: 'short',
  CLOUD_ENDPOINT_ALLOWLIST: '127.0.0.1:4566',
};

it('names every unsafe value and default at once in prod', () => {
  expect(refusedIn({ NODE_ENV: 'production', APP_ENV: 'prod', ...unsafe }).sort()).toEqual(
    [...Object.keys(unsafe), 'PAYMENT_GATEWAYS'].sort(),
  );
});

it('lets dev and qa pay into the sandbox, and nothing else of it', () => {
  expect(refusedIn({ NODE_ENV: 'production', APP_ENV: 'qa', ...unsafe })).toEqual([
    'CORS_ORIGINS',
    'TRUST_PROXY',
    'DATABASE_USER',
    'DATABASE_PASSWORD',
  ]);
});

it('wants to know which environment a deployed service is in', () => {
  expect(refusedIn({ NODE_ENV: 'production' })).toEqual(['APP_ENV']);
});

it('refuses nothing of this on the machine of a developer', () => {
  expect(refusedIn({ NODE_ENV: 'development', ...unsafe })).toEqual([]);
});

it('never shows the value that it refuses', () => {
  expect(() => readConfig(settings, { NODE_ENV: 'production', APP_ENV: 'prod', DATABASE_PASSWORD: 'pa55' })).not.toThrow(/pa55/);
});

it.each([
  ['user', user, { SMS_DRIVER: 'console', SMS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
  ['order', order, { CALLBACK_ALLOW_PRIVATE: 'true', CRASH_AT: 'somewhere', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
  ['gateway', gateway, { RATE_LIMIT_DRIVER: 'memory' }],
])('the service %s starts with no driver that forgets and with no helper of tests', (_name, reader, values) => {
  const naming = (environment: Record<string, string>) => {
    try {
      readConfig(settingsOf(reader), environment);
      return [];
    } catch (error) {
      return Object.keys(values).filter((name) => (error as Error).message.includes(`\n  ${name} `));
    }
  };
  expect(naming({ NODE_ENV: 'production', APP_ENV: 'prod', ...values })).toEqual(Object.keys(values));
  expect(naming({ NODE_ENV: 'development', ...values })).toEqual([]);
});
