import { readConfig, settingsOf } from '@polycloud/config';
import { type Config, readServiceConfig } from '../src/config';

describe('the settings of the gateway', () => {
  const url = 'http://127.0.0.1:1';
  const environment = {
    ...{
      PORT: '0',
      SERVICE_KEY: 'key',
      SERVICE_TRUST: '{"gateway":"key"}',
      RATE_LIMIT_DRIVER: 'memory',
      NODE_ENV: 'development',
    },
    ...{ USER_URL: url, ORDER_URL: url, BILLING_URL: url, TENANT_DATA_URL: url },
  };
  const read = (API_KEYS?: string) =>
    readConfig(settingsOf(readServiceConfig), { ...environment, ...(API_KEYS !== undefined && { API_KEYS }) }) as Config;

  it('read the keys of third parties as JSON, none by default', () => {
    const keys = { partner: { sha256: 'ab'.repeat(32), perDay: 3 } };
    expect(read(JSON.stringify(keys)).API_KEYS).toEqual(keys);
    expect(read().API_KEYS).toEqual({});
  });

  it.each(['no JSON', '{"partner":{"sha256":"short","perDay":3}}'])('refuse %s for them', (text) => {
    expect(() => read(text)).toThrow('API_KEYS is not JSON of the expected shape');
  });
});
