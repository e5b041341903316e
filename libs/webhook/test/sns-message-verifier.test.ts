import { sign } from 'node:crypto';
import { SnsMessageVerifier, type SnsVerifierOptions } from '../src/sns/sns-message-verifier';
import { type SnsEnvelope, stringToSign } from '../src/sns/sns-message';
import { selfSigned, type TestCertificate } from './certificates';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:events';
const CERTIFICATE_URL = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem';
const own = selfSigned();
const NOW = new Date();

describe('SnsMessageVerifier', () => {
  const fetchCertificate = jest.fn((_url: string) => Promise.resolve(own.pem));
  const verifier = (options: Partial<SnsVerifierOptions> = {}) =>
    new SnsMessageVerifier({ topicArns: [TOPIC], fetchCertificate, now: () => NOW, ...options });
  beforeEach(() => fetchCertificate.mockClear());

  /** A message as SNS posts it, signed after `changes`. */
  const signed = (changes: object = {}, { key }: TestCertificate = own): string => {
    const envelope = {
      ...{ Type: 'Notification', MessageId: 'm-1', TopicArn: TOPIC, Message: '{"a":1}', Timestamp: NOW.toISOString() },
      ...{ SignatureVersion: '2', SigningCertURL: CERTIFICATE_URL, Signature: '' },
      ...changes,
    } as SnsEnvelope;
    const algorithm = envelope.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    envelope.Signature = sign(algorithm, Buffer.from(stringToSign(envelope)), key).toString('base64');
    return JSON.stringify(envelope);
  };
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000).toISOString();
  const codeOf = (body: string, options: Partial<SnsVerifierOptions> = {}) =>
    verifier(options)
      .verify(body)
      .then(
        () => 'taken',
        ({ code }: { code: string }) => code,
      );

  it('takes what Amazon signed, with and without a subject', async () => {
    const message = { type: 'Notification', messageId: 'm-1', topicArn: TOPIC, message: '{"a":1}' };
    expect(await verifier().verify(signed())).toMatchObject(message);
    expect(await verifier().verify(signed({ Subject: 'news' }))).toMatchObject({ ...message, subject: 'news' });
  });

  it.each([
    ['Message', '{"a":2}'],
    ['MessageId', 'm-2'],
    ['Timestamp', minutes(-1)],
    ['Subject', 'added'],
    ['Signature', Buffer.alloc(256).toString('base64')],
  ])('INVALID_SIGNATURE when %s was changed on the way', async (name, value) => {
    expect(await codeOf(JSON.stringify({ ...JSON.parse(signed()), [name]: value }))).toBe('INVALID_SIGNATURE');
  });

  it("INVALID_SIGNATURE for another's key, and for a certificate that is over or is none", async () => {
    expect(await codeOf(signed({}, selfSigned()))).toBe('INVALID_SIGNATURE');
    const over = selfSigned({ notAfter: new Date(NOW.getTime() - 1_000) });
    expect(await codeOf(signed({}, over), { fetchCertificate: () => Promise.resolve(over.pem) })).toBe('INVALID_SIGNATURE');
    expect(await codeOf(signed(), { fetchCertificate: () => Promise.resolve('no certificate') })).toBe('INVALID_SIGNATURE');
  });

  it.each<[string, object]>([
    ['another topic', { TopicArn: TOPIC.replace('events', 'others') }],
    ['an old message', { Timestamp: minutes(-76) }],
    ['a message of the future', { Timestamp: minutes(6) }],
    ['the weaker signature', { SignatureVersion: '1' }],
    ['an unknown signature', { SignatureVersion: '3' }],
    ...[
      'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem',
      'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123abcd.pem',
      'https://evil.example/SimpleNotificationService-0123abcd.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123abcd.pem',
      'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123abcd.pem',
      'https://a@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem',
      'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem?x=1',
      'https://sns.eu-west-1.amazonaws.com/other.pem',
    ].map((SigningCertURL): [string, object] => [`the certificate at ${SigningCertURL}`, { SigningCertURL }]),
  ])('FORBIDDEN, and nothing is fetched: %s', async (_what, changes) => {
    expect(await codeOf(signed(changes))).toBe('FORBIDDEN');
    expect(fetchCertificate).not.toHaveBeenCalled();
  });

  it('MALFORMED_JSON and VALIDATION_FAILED for what is no message of SNS', async () => {
    expect(await codeOf('{')).toBe('MALFORMED_JSON');
    expect(await codeOf('{"Type":"Notification"}')).toBe('VALIDATION_FAILED');
  });

  it('UNAVAILABLE while the certificate cannot be had, so that SNS tries again', async () => {
    const failing = jest.fn(() => Promise.reject(new Error('away')));
    const one = verifier({ fetchCertificate: failing });
    await expect(one.verify(signed())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(one.verify(signed())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(failing).toHaveBeenCalledTimes(1);
  });

  it('fetches a certificate once for any number of messages', async () => {
    const one = verifier();
    await Promise.all(Array.from({ length: 20 }, () => one.verify(signed())));
    expect(fetchCertificate).toHaveBeenCalledTimes(1);
  });

  describe('a request to confirm a subscription', () => {
    const query = (topic: string, token: string) => `Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;
    const asked = (SubscribeURL: string) =>
      verifier().verify(signed({ Type: 'SubscriptionConfirmation', Token: 't-1', SubscribeURL }));
    const SNS = 'https://sns.eu-west-1.amazonaws.com/?';

    it('gives topic and token to confirm', async () => {
      const message = await asked(SNS + query(TOPIC, 't-1'));
      expect(verifier().confirmSubscription(message)).toEqual({ topicArn: TOPIC, token: 't-1' });
    });

    it.each([
      ['another host', `https://evil.example/?${query(TOPIC, 't-1')}`],
      ['another topic', SNS + query(`${TOPIC}2`, 't-1')],
      ['another token', SNS + query(TOPIC, 't-2')],
      ['another action', SNS + query(TOPIC, 't-1').replace('Confirm', 'Un')],
    ])('FORBIDDEN when its URL names %s', async (_what, url) => {
      const message = await asked(url);
      expect(() => verifier().confirmSubscription(message)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    });
  });
});
