import { randomUUID, sign } from 'node:crypto';
import type { MessageAttributes } from '../sqs/message';
import type { SigningIdentity } from './certificate';
import type { Subscription, Topic } from './topic-table';

/** What a publisher gives. */
export interface Publication {
  message: string;
  subject?: string;
  attributes: MessageAttributes;
}

type Fields = Record<string, string>;

/** What is signed of each type, in this order; a field that is absent is left out. */
const SIGNED_FIELDS = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** Writes and signs the JSON documents that subscribers get. */
export class EnvelopeWriter {
  constructor(
    private readonly identity: SigningIdentity,
    private readonly url: string,
  ) {}

  /** A notification for any subscription of the topic: only its unsubscribe address differs, which is not signed. */
  notification(topic: Topic, messageId: string, publication: Publication): (subscription: Subscription) => string {
    const { message, subject, attributes } = publication;
    const signed = this.signed(topic, 'Notification', {
      MessageId: messageId,
      ...(subject && { Subject: subject }),
      Message: message,
    });
    const named = Object.entries(attributes).map(([name, attribute]) => {
      return [name, { Type: attribute.DataType, Value: attribute.StringValue ?? attribute.BinaryValue }];
    });
    const MessageAttributes = named.length > 0 ? { MessageAttributes: Object.fromEntries(named) as object } : {};
    return ({ arn }) => {
      const UnsubscribeURL = `${this.url}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`;
      return JSON.stringify({ ...signed, UnsubscribeURL, ...MessageAttributes });
    };
  }

  confirmation(topic: Topic, { token }: Subscription): { messageId: string; body: string } {
    const messageId = randomUUID();
    const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topic.arn, Token: token });
    const body = this.signed(topic, 'SubscriptionConfirmation', {
      MessageId: messageId,
      Token: token,
      Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL.`,
      SubscribeURL: `${this.url}/?${query.toString()}`,
    });
    return { messageId, body: JSON.stringify(body) };
  }

  private signed(topic: Topic, type: keyof typeof SIGNED_FIELDS, content: Fields): Fields {
    const fields: Fields = { Type: type, ...content, TopicArn: topic.arn, Timestamp: new Date().toISOString() };
    const present = SIGNED_FIELDS[type].filter((name) => fields[name] !== undefined);
    const text = present.map((name) => `${name}\n${fields[name]!}\n`).join('');
    const version = topic.attributes.SignatureVersion ?? '2';
    const signature = sign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256', Buffer.from(text), this.identity.key);
    const SigningCertURL = this.url + this.identity.path;
    return { ...fields, SignatureVersion: version, Signature: signature.toString('base64'), SigningCertURL };
  }
}
