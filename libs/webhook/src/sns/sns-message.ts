import { AppError, either, oneOf, record, type Infer } from '@polycloud/contracts';
import Joi from 'joi';

const text = Joi.string<string>().max(2048);

const signed = {
  MessageId: text,
  TopicArn: text,
  Message: Joi.string<string>().allow(''),
  Timestamp: text.isoDate(),
  SignatureVersion: text,
  Signature: text.base64(),
  SigningCertURL: text,
};

/** What SNS posts. Members that the signature does not cover, the message attributes among them, are let pass and left unread. */
const Envelope = either(
  record({ Type: oneOf('Notification'), ...signed }, { Subject: text.allow('') }).unknown(),
  record({
    Type: oneOf('SubscriptionConfirmation', 'UnsubscribeConfirmation'),
    ...signed,
    Token: text,
    SubscribeURL: text,
  }).unknown(),
);

export type SnsEnvelope = Infer<typeof Envelope>;

interface Signed {
  messageId: string;
  topicArn: string;
  message: string;
  timestamp: Date;
}

/** A published message. The message id is the same on every retry. */
export interface SnsNotification extends Signed {
  type: 'Notification';
  subject?: string;
}

/** A word about the subscription itself. The URL of an UnsubscribeConfirmation subscribes again: it is never to be visited. */
export interface SnsSubscriptionMessage extends Signed {
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  token: string;
  subscribeUrl: string;
}

/** What a verified message says: only what its signature covers. */
export type SnsMessage = SnsNotification | SnsSubscriptionMessage;

/** Throws AppError VALIDATION_FAILED for a body that is no SNS message. */
export function parseEnvelope(rawBody: string): SnsEnvelope {
  // Without conversion: what is read must be, character by character, what was signed.
  const result = Envelope.validate(jsonOf(rawBody), { convert: false });
  if (result.error) throw new AppError('VALIDATION_FAILED', 'The body is not an SNS message', { cause: result.error });
  return result.value;
}

function jsonOf(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch (cause) {
    throw new AppError('MALFORMED_JSON', 'The body is not JSON', { cause });
  }
}

const NOTIFICATION_KEYS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const SUBSCRIPTION_KEYS = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** The text that SNS signs: each present key and its value, a line each. */
export function stringToSign(envelope: SnsEnvelope): string {
  const keys = envelope.Type === 'Notification' ? NOTIFICATION_KEYS : SUBSCRIPTION_KEYS;
  const values = new Map(Object.entries(envelope));
  return keys.flatMap((key) => (values.has(key) ? [`${key}\n${values.get(key)}\n`] : [])).join('');
}

export function messageOf(envelope: SnsEnvelope): SnsMessage {
  const { MessageId: messageId, TopicArn: topicArn, Message: message } = envelope;
  const covered = { messageId, topicArn, message, timestamp: new Date(envelope.Timestamp) };
  if (envelope.Type !== 'Notification')
    return { type: envelope.Type, ...covered, token: envelope.Token, subscribeUrl: envelope.SubscribeURL };
  return { type: envelope.Type, ...covered, ...(envelope.Subject !== undefined && { subject: envelope.Subject }) };
}
