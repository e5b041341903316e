import { queueArn, queueNameOf } from '../arn';
import { AwsError } from '../aws-error';
import { boundedInteger, invalid } from './input';
import type { Queue, QueueAttributes } from './queue';
import type { QueueTable } from './queue-table';

/** Range and default of the numeric attributes: seconds, but bytes for the message size. */
const NUMERIC: Record<string, { min: number; max: number; fallback: number }> = {
  VisibilityTimeout: { min: 0, max: 43_200, fallback: 30 },
  DelaySeconds: { min: 0, max: 900, fallback: 0 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, fallback: 345_600 },
  MaximumMessageSize: { min: 1024, max: 1_048_576, fallback: 1_048_576 },
};

/** Kept and given back; access policies and encryption mean nothing on one machine. */
const STORED = new Set(['Policy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled']);

export const defaultAttributes = (): QueueAttributes =>
  Object.fromEntries(Object.entries(NUMERIC).map(([name, { fallback }]) => [name, String(fallback)]));

/** The attributes in their stored form. @throws AwsError for an unknown name or a wrong value */
export function checkedAttributes(given: Record<string, unknown>, table: QueueTable): QueueAttributes {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, checked(name, value, table)]));
}

/** All attributes as GetQueueAttributes answers them. */
export function describeQueue(queue: Queue, now: number): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts(now);
  const created = String(Math.floor(queue.createdAt / 1000));
  const { RedrivePolicy, ...attributes } = queue.attributes;
  return {
    ...attributes,
    ...(RedrivePolicy && { RedrivePolicy }),
    QueueArn: queueArn(queue.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
  };
}

function checked(name: string, value: unknown, table: QueueTable): string {
  if (typeof value !== 'string') throw invalid(name, 'It must be a string.');
  const range = NUMERIC[name];
  if (range) return String(boundedInteger(name, value, range));
  if (name === 'RedrivePolicy') return value && checkedRedrive(value, table);
  if (STORED.has(name)) return value;
  if (name.startsWith('Fifo') || name === 'ContentBasedDeduplication') {
    throw new AwsError('UnsupportedOperation', 400, 'This emulator has standard queues only, no FIFO queues.');
  }
  throw new AwsError('InvalidAttributeName', 400, `Unknown Attribute ${name}.`);
}

function checkedRedrive(text: string, table: QueueTable): string {
  const policy = parseObject(text);
  const deadLetterTargetArn = policy?.deadLetterTargetArn;
  const target = typeof deadLetterTargetArn === 'string' ? queueNameOf(deadLetterTargetArn) : undefined;
  if (!target || !table.queues.has(target)) throw invalid('RedrivePolicy', 'Dead letter target does not exist.');
  const maxReceiveCount = boundedInteger('maxReceiveCount', policy?.maxReceiveCount, { min: 1, max: 1000 });
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
