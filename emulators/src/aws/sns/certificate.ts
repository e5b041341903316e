import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../durable-file';

/** The key that notifications are signed with, and the certificate that receivers fetch. */
export interface SigningIdentity {
  key: KeyObject;
  /** PEM */
  certificate: string;
  /** Path of the certificate on this server. */
  path: string;
}

const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 3650;

/** The identity kept in the directory; made at the first start, so what was signed before a restart verifies after it. */
export async function openSigningIdentity(directory: string): Promise<SigningIdentity> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'signing.json');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  const { key, certificate } = kept ? (JSON.parse(kept) as { key: string; certificate: string }) : createIdentity();
  if (!kept) await replaceFile(path, JSON.stringify({ key, certificate }), directory);
  const fingerprint = createHash('sha256').update(certificate).digest('hex').slice(0, 32);
  return { key: createPrivateKey(key), certificate, path: `/SimpleNotificationService-${fingerprint}.pem` };
}

function createIdentity(): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = selfSigned(privateKey, publicKey.export({ type: 'spki', format: 'der' }));
  const base64 = certificate
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

/** An X.509 certificate without extensions (RFC 5280, 4.1), which node:crypto can read but not make. */
function selfSigned(key: KeyObject, publicKey: Buffer): Buffer {
  const now = Date.now();
  const sha256WithRsa = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
  const commonName = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('sns.amazonaws.com')));
  const name = sequence(der(0x31, commonName));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    sha256WithRsa,
    name,
    sequence(utcTime(now - DAY_MS), utcTime(now + LIFETIME_DAYS * DAY_MS)),
    name,
    publicKey,
  );
  return sequence(content, sha256WithRsa, der(0x03, Buffer.from([0]), sign('RSA-SHA256', content, key)));
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);

const utcTime = (time: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(time).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

/** Tag, length, value. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const length = value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}
