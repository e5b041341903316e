import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFactory, type CloudAdapter } from '@polycloud/cloud';
import { startGoogleEmulator, type GoogleEmulator } from '@polycloud/emulators';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const clientEmail = 'tester@polycloud.iam.gserviceaccount.com';
const MIB = 1024 * 1024;

let dataDir: string;
let emulator: GoogleEmulator;

const start = () => startGoogleEmulator({ port: 0, dataDir });
const open = (): Promise<CloudAdapter> => {
  const connection = { projectId: 'polycloud', bucket: 'data-bucket', clientEmail, privateKey, endpoint: emulator.url };
  return CloudFactory.for('GOOGLE', connection, { allowedEndpoints: [new URL(emulator.url).host], attempts: 1 });
};

async function readAll(cloud: CloudAdapter, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await cloud.read(key)).body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'google-'));
  emulator = await startGoogleEmulator({ port: 0, dataDir, buckets: ['data-bucket'] });
});

afterEach(async () => {
  await emulator.stop();
  await rm(dataDir, { recursive: true });
});

const register = (body: object) => fetch(`${emulator.url}/emulator/accounts`, { method: 'POST', body: JSON.stringify(body) });

describe('the Google emulator', () => {
  it('knows a service account only once it is registered', async () => {
    const cloud = await open();
    await expect(cloud.check()).rejects.toMatchObject({ code: 'Unauthenticated' });
    expect((await register({ clientEmail, publicKey })).status).toBe(200);
    await expect(cloud.check()).resolves.toBeUndefined();
  });

  it('refuses an account whose key is no key', async () => {
    expect((await register({ clientEmail, publicKey: 'nonsense' })).status).toBe(400);
  });

  it('has its accounts, buckets and objects after a restart', async () => {
    await register({ clientEmail, publicKey });
    const large = randomBytes(9 * MIB);
    const written = await (await open()).write('a/large.bin', large, { contentType: 'application/x-thing' });
    await emulator.stop();
    emulator = await start();
    const cloud = await open();
    expect(await cloud.head('a/large.bin')).toMatchObject({
      version: written.version,
      contentType: 'application/x-thing',
      size: large.length,
    });
    expect((await readAll(cloud, 'a/large.bin')).equals(large)).toBe(true);
  });

  it('never gives a generation twice, also after a restart', async () => {
    await register({ clientEmail, publicKey });
    const first = await (await open()).write('key', Buffer.from('1'), { contentType: 'text/plain' });
    await emulator.stop();
    emulator = await start();
    const second = await (await open()).write('key', Buffer.from('2'), { contentType: 'text/plain' });
    expect(BigInt(second.version)).toBeGreaterThan(BigInt(first.version));
  });

  it('lets browsers of any origin use a signed URL', async () => {
    const response = await fetch(`${emulator.url}/data-bucket/key`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('answers 403 to whoever has neither token nor signature', async () => {
    expect((await fetch(`${emulator.url}/data-bucket/key`)).status).toBe(403);
    expect((await fetch(`${emulator.url}/storage/v1/b/data-bucket/o`)).status).toBe(401);
  });

  it('resumes an upload where the bytes stopped', async () => {
    await register({ clientEmail, publicKey });
    const token = tokenOf();
    const opened = await fetch(`${emulator.url}/upload/storage/v1/b/data-bucket/o?uploadType=resumable&name=resumed`, {
      method: 'POST',
      headers: { authorization: token, 'x-upload-content-type': 'text/plain' },
    });
    const session = opened.headers.get('location') ?? '';
    const chunk = (range: string, body: string) =>
      fetch(session, { method: 'PUT', headers: { 'content-range': range }, body, redirect: 'manual' });
    expect((await chunk('bytes 0-4/*', 'hello')).headers.get('range')).toBe('bytes=0-4');
    const asked = await fetch(session, { method: 'PUT', headers: { 'content-range': 'bytes */*' }, redirect: 'manual' });
    expect([asked.status, asked.headers.get('range')]).toEqual([308, 'bytes=0-4']);
    expect((await chunk('bytes 9-9/10', 'x')).status).toBe(400);
    expect(await (await chunk('bytes 5-9/10', 'world')).json()).toMatchObject({ size: '10', contentType: 'text/plain' });
    expect((await readAll(await open(), 'resumed')).toString()).toBe('helloworld');
    expect((await chunk('bytes 0-4/*', 'again')).status).toBe(404);
  });

  it('reports the checksums that Google would', async () => {
    await register({ clientEmail, publicKey });
    const cloud = await open();
    await cloud.write('key', Buffer.from('123456789'), { contentType: 'text/plain' });
    const { url } = await cloud.presign({ method: 'GET', key: 'key', expiresInSeconds: 60 });
    const response = await fetch(url);
    // 0xE3069283 is the check value of CRC-32C.
    const crc = Buffer.from('e3069283', 'hex').toString('base64');
    expect(response.headers.get('x-goog-hash')).toBe(`crc32c=${crc},md5=JfnnlDI7RTiF9RgfG2JNCw==`);
    await response.arrayBuffer();
  });

  it('rolls names up to a delimiter', async () => {
    await register({ clientEmail, publicKey });
    const cloud = await open();
    for (const key of ['a', 'dir/1', 'dir/2', 'z']) await cloud.write(key, Buffer.from(key), { contentType: 'text/plain' });
    const response = await fetch(`${emulator.url}/storage/v1/b/data-bucket/o?delimiter=/`, {
      headers: { authorization: tokenOf() },
    });
    const { items, prefixes } = (await response.json()) as { items: { name: string }[]; prefixes: string[] };
    expect(items.map(({ name }) => name)).toEqual(['a', 'z']);
    expect(prefixes).toEqual(['dir/']);
  });
});

/** The bearer token that a service account signs for itself. */
function tokenOf(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: clientEmail, sub: clientEmail, iat, exp: iat + 600 })}`;
  return `Bearer ${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}
