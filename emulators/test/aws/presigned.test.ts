import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientsFor, CREDENTIALS, type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

const Bucket = 'signed';
type Sent = { request: { body: string } };
let under: EmulatorUnderTest;
let s3: S3Client;
beforeAll(async () => {
  under = await startUnderTest();
  // Who signs a URL does not know the bytes yet, so no checksum of them may be signed into it.
  const { url: endpoint } = under.emulator;
  s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await under.s3.send(new CreateBucketCommand({ Bucket }));
  await under.s3.send(new PutObjectCommand({ Bucket, Key: 'file', Body: 'content' }));
});
afterAll(() => {
  s3.destroy();
  return under.end();
});

const presignGet = (options: object = {}) =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'file' }), { expiresIn: 60, ...options });
const refusal = async (response: Response) => [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]];

describe('Presigned URLs', () => {
  it('read and write through plain HTTP', async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'uploaded é' }), { expiresIn: 60 });
    expect((await fetch(put, { method: 'PUT', body: 'from a browser' })).status).toBe(200);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'uploaded é' }), { expiresIn: 60 });
    expect(await (await fetch(get)).text()).toBe('from a browser');
  });

  it('400 BadDigest when the checksum of an empty body was signed into the URL, as the SDK does by default', async () => {
    const url = await getSignedUrl(under.s3, new PutObjectCommand({ Bucket, Key: 'checked' }), { expiresIn: 60 });
    expect(await refusal(await fetch(url, { method: 'PUT', body: 'not empty' }))).toEqual([400, 'BadDigest']);
  });

  it('403 SignatureDoesNotMatch when key, expiry or signature were changed', async () => {
    const url = await presignGet();
    for (const changed of [
      url.replace('/file?', '/other?'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600000'),
      url.replace(/(Signature=)./, (_, name: string) => `${name}${url.includes('Signature=0') ? '1' : '0'}`),
      `${url}&response-content-type=text/html`,
    ]) {
      expect(await refusal(await fetch(changed))).toEqual([403, 'SignatureDoesNotMatch']);
    }
  });

  it('403 when a URL for reading is used for writing, or without its query', async () => {
    const url = await presignGet();
    expect(await refusal(await fetch(url, { method: 'PUT', body: 'x' }))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await refusal(await fetch(url.slice(0, url.indexOf('?'))))).toEqual([403, 'AccessDenied']);
  });

  it('403 AccessDenied when it has expired or does not begin yet', async () => {
    const expired = await presignGet({ signingDate: new Date(Date.now() - 120_000) });
    expect(await refusal(await fetch(expired))).toEqual([403, 'AccessDenied']);
    const early = await presignGet({ signingDate: new Date(Date.now() + 3_600_000) });
    expect(await refusal(await fetch(early))).toEqual([403, 'AccessDenied']);
  });

  it('400 when it would live longer than a week', async () => {
    const url = (await presignGet()).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    expect(await refusal(await fetch(url))).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('enforce the content type when it is signed', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'typed.csv', ContentType: 'text/csv' });
    const url = await getSignedUrl(s3, command, { expiresIn: 60, signableHeaders: new Set(['content-type']) });
    const put = (type: string) => fetch(url, { method: 'PUT', body: 'a,b', headers: { 'content-type': type } });
    expect(await refusal(await put('text/html'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await put('text/csv')).status).toBe(200);
    const { ContentType } = await under.s3.send(new GetObjectCommand({ Bucket, Key: 'typed.csv' }));
    expect(ContentType).toBe('text/csv');
  });

  it('work from a page of another origin', async () => {
    const url = await presignGet();
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    const got = await fetch(url, { headers: { origin: 'https://app.example' } });
    expect(got.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('Signed requests', () => {
  it('403 for a key id nobody has and for a wrong secret, in the words of each service', async () => {
    const stranger = clientsFor(under.emulator.url, { ...CREDENTIALS, accessKeyId: 'NOBODY' });
    await expect(stranger.s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    await expect(stranger.sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(stranger.sns.send(new ListTopicsCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    const liar = clientsFor(under.emulator.url, { ...CREDENTIALS, secretAccessKey: 'wrong' });
    const refused = { name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } };
    await expect(liar.s3.send(new ListBucketsCommand({}))).rejects.toMatchObject(refused);
    await expect(liar.sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject(refused);
    await expect(liar.sns.send(new ListTopicsCommand({}))).rejects.toMatchObject(refused);
  });

  it('403 RequestTimeTooSkewed from a clock that is 20 minutes off', async () => {
    const { s3: skewed } = clientsFor(under.emulator.url);
    skewed.config.systemClockOffset = 20 * 60_000;
    await expect(skewed.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
  });

  it('403 or 400 when the body is not the one that was signed', async () => {
    const forge = clientsFor(under.emulator.url);
    const forging = (body: string) => (next: (args: Sent) => unknown) => (args: Sent) => {
      args.request.body = body;
      return next(args);
    };
    forge.s3.middlewareStack.add(forging('forged') as never, { step: 'deserialize', name: 'swapBody' });
    forge.sqs.middlewareStack.add(forging('{"QueueNamePrefix":"forged"}') as never, { step: 'deserialize', name: 'swapBody' });
    const put = new PutObjectCommand({ Bucket, Key: 'forged', Body: 'signed' });
    await expect(forge.s3.send(put)).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
    await expect(forge.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'signed' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });

  it('403 without any signature', async () => {
    expect(await refusal(await fetch(`${under.emulator.url}/${Bucket}/file`))).toEqual([403, 'AccessDenied']);
    const publish = await fetch(under.emulator.url, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'Publish', Message: 'x' }),
    });
    expect(await refusal(publish)).toEqual([403, 'MissingAuthenticationToken']);
  });
});
