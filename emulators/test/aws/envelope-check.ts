import { verify, X509Certificate } from 'node:crypto';

export type Envelope = Record<string, string>;

/** As a careful receiver does it: the certificate from its address, the text from the documented fields. */
export async function isGenuine(envelope: Envelope): Promise<boolean> {
  const certificate = new X509Certificate(await (await fetch(envelope.SigningCertURL!)).text());
  const fields =
    envelope.Type === 'Notification' ? ['Message', 'MessageId', 'Subject'] : ['Message', 'MessageId', 'SubscribeURL'];
  const all = [...fields, 'Timestamp', ...(envelope.Type === 'Notification' ? [] : ['Token']), 'TopicArn', 'Type'];
  const text = all.filter((name) => envelope[name] !== undefined).map((name) => `${name}\n${envelope[name]!}\n`);
  const algorithm = envelope.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  return verify(algorithm, Buffer.from(text.join('')), certificate.publicKey, Buffer.from(envelope.Signature!, 'base64'));
}
