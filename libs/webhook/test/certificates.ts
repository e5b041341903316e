import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { pki } from 'node-forge';

/** A self-signed certificate and its key, both as PEM. */
export interface TestCertificate {
  pem: string;
  keyPem: string;
  key: KeyObject;
}

interface Wanted {
  names?: string[];
  notBefore?: Date;
  notAfter?: Date;
}

const DAY_MS = 86_400_000;

/** RSA 2048 for the given host names, in force since yesterday and for thirty days unless said otherwise. */
export function selfSigned({ names = ['sns.amazonaws.com'], notBefore, notAfter }: Wanted = {}): TestCertificate {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const forgeKey = pki.privateKeyFromPem(keyPem);
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.setRsaPublicKey(forgeKey.n, forgeKey.e);
  certificate.serialNumber = `00${randomBytes(8).toString('hex')}`;
  certificate.validity.notBefore = notBefore ?? new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = notAfter ?? new Date(Date.now() + 30 * DAY_MS);
  const subject = [{ name: 'commonName', value: names[0] }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
  ]);
  certificate.sign(forgeKey);
  return { pem: pki.certificateToPem(certificate), keyPem, key };
}
