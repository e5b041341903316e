import { verify } from 'node:crypto';
import { AppError } from '@polycloud/contracts';
import { isCertificateUrl, snsUrl } from './amazon-url';
import { downloadCertificate } from './download-certificate';
import { SigningKeys } from './signing-keys';
import { messageOf, parseEnvelope, stringToSign, type SnsEnvelope, type SnsMessage } from './sns-message';

const MINUTE_MS = 60_000;
/** SNS retries over HTTP for an hour at most; a clock may run ahead a little. */
const OLDEST_MS = 75 * MINUTE_MS;
const NEWEST_MS = 5 * MINUTE_MS;

/** The version that signs with SHA-256. Version 1 signs with SHA-1; a topic of one's own is set to 2. */
const SIGNATURE_VERSION = '2';
const ALGORITHM = 'RSA-SHA256';

/** Whose messages are taken, and how the certificates that sign them are had. */
export interface SnsVerifierOptions {
  /** The topics whose messages are taken at this endpoint. */
  topicArns: readonly string[];
  /** Resolves to the PEM at a URL that has been checked; rejects when it cannot be had. */
  fetchCertificate?: (url: string) => Promise<string>;
  now?: () => Date;
  /** An emulator whose messages are taken too. */
  endpoint?: string | undefined;
}

/** What to hand to the ConfirmSubscription operation of SNS. */
export interface SubscriptionToConfirm {
  topicArn: string;
  token: string;
}

/** Tells messages of SNS from forgeries. Nothing is fetched for a message that could not be taken anyway. */
export class SnsMessageVerifier {
  private readonly keys: SigningKeys;
  private readonly now: () => Date;

  constructor(private readonly options: SnsVerifierOptions) {
    this.now = options.now ?? (() => new Date());
    this.keys = new SigningKeys(options.fetchCertificate ?? downloadCertificate, this.now);
  }

  /**
   * The message in a raw body, whatever its content type. Throws AppError: MALFORMED_JSON or VALIDATION_FAILED (no SNS
   * message), FORBIDDEN (topic, time, signature version or certificate URL), INVALID_SIGNATURE, and UNAVAILABLE when the
   * certificate cannot be had now, the only one that SNS should retry.
   */
  async verify(rawBody: string): Promise<SnsMessage> {
    const envelope = parseEnvelope(rawBody);
    this.admit(envelope);
    const key = await this.keys.at(envelope.SigningCertURL);
    const signature = Buffer.from(envelope.Signature, 'base64');
    if (!verify(ALGORITHM, Buffer.from(stringToSign(envelope)), key, signature))
      throw new AppError('INVALID_SIGNATURE', 'The signature of the SNS message does not match');
    return messageOf(envelope);
  }

  /**
   * What to confirm for a verified message; its URL is not called. Throws AppError INVALID_STATE for another kind of
   * message, FORBIDDEN when its URL is not that of the same topic and token.
   */
  confirmSubscription(message: SnsMessage): SubscriptionToConfirm {
    if (message.type !== 'SubscriptionConfirmation')
      throw new AppError('INVALID_STATE', `There is nothing to confirm in a ${message.type}`);
    const { topicArn, token, subscribeUrl } = message;
    const query = snsUrl(subscribeUrl, { topicArn, endpoint: this.options.endpoint })?.searchParams;
    const agrees =
      query?.get('Action') === 'ConfirmSubscription' && query.get('TopicArn') === topicArn && query.get('Token') === token;
    if (!agrees) throw new AppError('FORBIDDEN', 'The subscription URL does not belong to the topic of the message');
    return { topicArn, token };
  }

  /** Refuses what may not be taken even if its signature holds. */
  private admit({ TopicArn, Timestamp, SignatureVersion, SigningCertURL }: SnsEnvelope): void {
    const { topicArns, endpoint } = this.options;
    if (!topicArns.includes(TopicArn)) throw new AppError('FORBIDDEN', 'Messages of this topic are not taken here');
    const age = this.now().getTime() - Date.parse(Timestamp);
    // Asked so that a date which cannot be read is refused too.
    if (!(age <= OLDEST_MS && age >= -NEWEST_MS)) throw new AppError('FORBIDDEN', 'The SNS message is too old, or of the future');
    if (SignatureVersion !== SIGNATURE_VERSION) throw new AppError('FORBIDDEN', 'This signature version is not taken');
    if (!isCertificateUrl(SigningCertURL, { topicArn: TopicArn, endpoint }))
      throw new AppError('FORBIDDEN', 'The certificate URL is not one of SNS');
  }
}
