/** A message attribute as the protocol spells it. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** base64 */
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** A message with everything a restart must know of it. Times are milliseconds since the epoch. */
export interface Message {
  /** Ours: two copies of one message share their id, never their key. */
  key: number;
  id: string;
  body: string;
  attributes?: MessageAttributes;
  traceHeader?: string;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** ARN of the queue it was dead-lettered from. */
  deadLetterSource?: string;
}
