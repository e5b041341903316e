import { AwsError } from '../aws-error';
import { invalid } from './input';
import type { MessageAttributes } from './message';

/** What XML 1.0 cannot carry, a message may not contain. Characters beyond the basic plane are welcome, half of one is not. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Size of a message in bytes: its body and its attributes count. */
export function messageSize(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + (StringValue ?? '')) + Buffer.byteLength(BinaryValue ?? '', 'base64'),
    Buffer.byteLength(body),
  );
}

/** @throws AwsError when the queue would refuse this message */
export function checkMessage(body: string, attributes: MessageAttributes, maxBytes: number): void {
  if (body === '') throw new AwsError('MissingParameter', 400, 'The request must contain the parameter MessageBody.');
  if (FORBIDDEN.test(body)) throw new AwsError('InvalidMessageContents', 400, 'Invalid characters found.');
  checkAttributes(attributes);
  if (messageSize(body, attributes) > maxBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      400,
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
}

function checkAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10) throw invalid('MessageAttributes', 'Number of message attributes exceeds the allowed maximum [10].');
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!/^(?!aws\.|amazon\.|\.)[\w.-]{1,256}(?<!\.)$/i.test(name))
      throw invalid('MessageAttributes', `Invalid attribute name ${name}.`);
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '')) throw invalid('MessageAttributes', `Invalid type of ${name}.`);
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (!value || FORBIDDEN.test(value))
      throw invalid('MessageAttributes', `${name} must contain a non-empty value of its type.`);
  }
}
