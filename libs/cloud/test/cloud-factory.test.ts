import { generateKeyPairSync } from 'node:crypto';
import { CloudFactory, clouds } from '@polycloud/cloud';
import type { Provider } from '@polycloud/contracts';
import { codeOf, failure } from './conformance/harness';

const aws = { region: 'eu-central-1', bucket: 'data-bucket', accessKeyId: 'id', secretAccessKey: 'top secret' };
const azure = { accountName: 'account', accountKey: 'a2V5', container: 'data' };
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const google = { projectId: 'project', bucket: 'data-bucket', clientEmail: 'a@b.iam.gserviceaccount.com', privateKey };
const connections: Record<Provider, object> = {
  AWS: aws,
  AZURE: azure,
  GOOGLE: google,
  IBM: aws,
  S3COMPATIBLE: { ...aws, endpoint: 'http://minio:9000' },
};

describe('CloudFactory', () => {
  it.each(CloudFactory.providers)('makes the adapter of %s without any request', async (provider) => {
    const cloud = await CloudFactory.for(provider, connections[provider], { allowedEndpoints: ['minio:9000'] });
    expect(cloud.provider).toBe(provider);
    await cloud.close();
  });

  it.each(['aws', 'ORACLE', '', '__proto__', 'toString'])(
    'refuses the provider %j and names those it knows',
    async (provider) => {
      const error = await failure(CloudFactory.for(provider, aws));
      expect(error.code).toBe('InvalidArgument');
      expect(error.message).toContain('AWS, AZURE, GOOGLE, IBM, S3COMPATIBLE');
    },
  );

  it('names every wrong field and no value', async () => {
    const error = await failure(
      CloudFactory.for('AWS', { bucket: 'Not A Bucket', secretAccessKey: 'top secret', extra: 'secret too' }),
    );
    expect(error.message).toMatch(/region.*bucket.*accessKeyId.*extra/);
    expect(error.message).not.toMatch(/Not A Bucket|top secret|secret too/);
  });

  it.each([undefined, null, 'text', []])('refuses the connection %j', async (connection) => {
    expect(await codeOf(CloudFactory.for('AWS', connection))).toBe('InvalidArgument');
  });

  it.each(['a.b@evil/', 'evil.com#', 'x/../y', 'eu.evil.com'])(
    'does not let the region %j become part of a host name',
    async (region) => {
      expect(await codeOf(CloudFactory.for('AWS', { ...aws, region }))).toBe('InvalidArgument');
    },
  );

  it.each(['../other', '/root', 'a//b', 'a/./b', 'a/..', '%2e%2e'])('refuses the prefix %j', async (prefix) => {
    expect(await codeOf(CloudFactory.for('AWS', { ...aws, prefix }))).toBe('InvalidArgument');
  });

  it.each([
    'http://169.254.169.254/latest',
    'http://minio:9001',
    'http://minio.evil.com:9000',
    'http://minio.:9000',
    'http://user:pass@minio:9000',
    'http://minio:9000@evil.com',
    'http://minio:9000?x=1',
    'ftp://minio:9000',
    'file:///etc/passwd',
  ])('refuses the endpoint %s', async (endpoint) => {
    expect(await codeOf(CloudFactory.for('AWS', { ...aws, endpoint }, { allowedEndpoints: ['minio:9000'] }))).toBe(
      'InvalidArgument',
    );
  });

  it('holds the addresses of models to the same list, except the provider’s own', async () => {
    const scoring = (scoringUri: string) => CloudFactory.for('AZURE', { ...azure, scoringUri, scoringKey: 'key' });
    expect(await codeOf(scoring('http://10.0.0.1/score'))).toBe('InvalidArgument');
    expect(await codeOf(scoring('https://evil.inference.ml.azure.com.evil.com/score'))).toBe('InvalidArgument');
    expect((await scoring('https://mine.westeurope.inference.ml.azure.com/score')).capabilities.inference).toBe(true);
    expect(await codeOf(CloudFactory.for('AWS', { ...aws, inferenceEndpoint: 'http://10.0.0.1' }))).toBe('InvalidArgument');
  });

  it('takes a Google key as its JSON file shows it, and refuses what is no key', async () => {
    const pasted = await CloudFactory.for('GOOGLE', { ...google, privateKey: privateKey.replace(/\n/g, '\\n') });
    const { url } = await pasted.presign({ method: 'GET', key: 'key', expiresInSeconds: 60 });
    expect(url).toContain('X-Goog-Signature=');
    expect(await codeOf(CloudFactory.for('GOOGLE', { ...google, privateKey: 'no key' }))).toBe('InvalidArgument');
  });
});

describe('the schemas of connections', () => {
  it.each(CloudFactory.providers)('describe every field of %s for people and can be published', (provider) => {
    const { properties, required } = jsonSchemaOf(provider);
    for (const [field, { description }] of Object.entries(properties))
      expect([field, description]).toEqual([field, expect.any(String)]);
    expect(required.length).toBeGreaterThanOrEqual(3);
  });

  it.each(CloudFactory.providers)('declare every key and token of %s as a secret', (provider) => {
    const names = Object.keys(jsonSchemaOf(provider).properties);
    expect(clouds[provider].secrets).toEqual(names.filter((name) => /(key|token|secret|password)$/i.test(name)));
  });

  it.each(CloudFactory.providers)('declare every URI of %s as an address', (provider) => {
    const fields = Object.entries(jsonSchemaOf(provider).properties);
    expect(clouds[provider].addresses).toEqual(fields.filter(([, { format }]) => format === 'uri').map(([name]) => name));
    expect(clouds[provider].addresses).toContain('endpoint');
  });
});

interface JsonSchema {
  properties: Record<string, { description?: string; format?: string }>;
  required: string[];
}

function jsonSchemaOf(provider: Provider): JsonSchema {
  const { '~standard': standard } = clouds[provider].connection as unknown as {
    '~standard': { jsonSchema: { input(options: object): JsonSchema } };
  };
  return standard.jsonSchema.input({ target: 'draft-2020-12' });
}

describe('the SDKs', () => {
  const SDKS: Partial<Record<string, string[]>> = {
    AWS: ['@aws-sdk/client-s3'],
    AZURE: ['@azure/storage-blob'],
    GOOGLE: ['@google-cloud/storage'],
  };

  it.each(['AWS', 'AZURE', 'GOOGLE'] as const)('are loaded for %s only when a user of it comes', async (provider) => {
    const loaded: string[] = [];
    await jest.isolateModulesAsync(async () => {
      for (const sdk of Object.values(SDKS).flatMap((names) => names ?? [])) {
        jest.doMock(sdk, () => (loaded.push(sdk), jest.requireActual<object>(sdk)));
      }
      const { CloudFactory: fresh } = await import('@polycloud/cloud');
      expect(loaded).toEqual([]);
      await fresh.for(provider, connections[provider]);
    });
    expect(loaded).toEqual(SDKS[provider]);
  });
});
