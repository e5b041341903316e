import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsEmulator, startAwsEmulator } from '@polycloud/emulators';
import Joi from 'joi';
import { loadEnvironment, readConfig } from '../src';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a secret of the tests' };
const settings = Joi.object<{ NAME: string; TRUST?: string }>({ NAME: Joi.string().required(), TRUST: Joi.string() });

let folder: string;
let emulator: AwsEmulator;
let s3: S3Client;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'object-source-'));
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
  emulator = await startAwsEmulator({ port: 0, dataDir: join(folder, 'aws'), credentials: [credentials] });
  s3 = new S3Client({ region: 'us-east-1', credentials, endpoint: emulator.url, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'settings' }));
});
afterEach(async () => {
  s3.destroy();
  await emulator.stop();
  await rm(folder, { recursive: true });
});

const put = (text: string, key = 'qa/order.json') => s3.send(new PutObjectCommand({ Bucket: 'settings', Key: key, Body: text }));

const load = (own: Record<string, string> = {}) =>
  loadEnvironment('order', {
    own: {
      APP_ENV: 'qa',
      CONFIG_SOURCE: 's3://settings/{APP_ENV}/{SERVICE_NAME}.json',
      CONFIG_CACHE_DIR: join(folder, 'cache'),
      AWS_ENDPOINT_URL: emulator.url,
      ...own,
    },
    folder,
  });

it('reads the object of this environment and service, lighter than the process', async () => {
  await put('{"NAME": "from S3", "TRUST": {"user": "key"}}');
  expect(await load()).toEqual([]);
  expect(readConfig(settings)).toEqual({ NAME: 'from S3', TRUST: '{"user":"key"}' });
  await load({ NAME: 'from the process' });
  expect(readConfig(settings).NAME).toBe('from the process');
});

it('takes over a changed value at the next start, and reads an unchanged object only once', async () => {
  await put('{"NAME": "first"}');
  await load();
  const [copy] = await readdir(join(folder, 'cache'));
  const before = await stat(join(folder, 'cache', copy as string));
  await load();
  expect((await stat(join(folder, 'cache', copy as string))).ino).toBe(before.ino);
  expect(readConfig(settings).NAME).toBe('first');
  await put('{"NAME": "second"}');
  await load();
  expect(readConfig(settings).NAME).toBe('second');
});

it('starts from the last good copy while S3 is away, and says so', async () => {
  await put('{"NAME": "kept"}');
  await load();
  await emulator.stop();
  const [warning] = await load();
  expect(warning).toMatch(/^s3:\/\/settings\/qa\/order\.json cannot be read .*the last good copy serves$/);
  expect(readConfig(settings).NAME).toBe('kept');
});

it('refuses to start when S3 is away and there is no copy yet', async () => {
  await emulator.stop();
  await expect(load()).rejects.toThrow('CONFIG_SOURCE: s3://settings/qa/order.json cannot be read');
});

it('refuses to start when the object is gone, whatever was kept', async () => {
  await put('{"NAME": "kept"}');
  await load();
  await s3.send(new DeleteObjectCommand({ Bucket: 'settings', Key: 'qa/order.json' }));
  await expect(load()).rejects.toThrow('cannot be read (404 NoSuchKey)');
});

it('refuses text that is no JSON object, showing none of it, and keeps no copy of it', async () => {
  await put('NAME=secret');
  await expect(load()).rejects.toThrow(/is not a JSON object of settings$/);
  await expect(readdir(join(folder, 'cache'))).rejects.toThrow('ENOENT');
});
