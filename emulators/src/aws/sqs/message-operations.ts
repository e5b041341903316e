import { ACCOUNT } from '../arn';
import { AwsError } from '../aws-error';
import { nextArrival } from './arrival';
import { attributesMd5, md5 } from './digest';
import type { Input } from './input';
import type { Message, MessageAttribute } from './message';
import { checkMessage, messageSize } from './message-checks';
import { type QueueContext, type QueueOperation, queueOf } from './operation';
import type { Queue } from './queue';
import { receiptHandle } from './receipt-handle';

type EntryOperation = (entry: Input, queue: Queue, context: QueueContext) => Promise<object>;

const send: EntryOperation = async (entry, queue, { service }) => {
  const body = entry.text('MessageBody');
  const attributes = entry.map<MessageAttribute>('MessageAttributes');
  const traceHeader = entry.map<MessageAttribute>('MessageSystemAttributes').AWSTraceHeader?.StringValue;
  checkMessage(body, attributes, queue.number('MaximumMessageSize'));
  const delaySeconds = entry.integer('DelaySeconds', { min: 0, max: 900, fallback: queue.number('DelaySeconds') });
  const MessageId = await service.send(queue, { body, attributes, traceHeader, delaySeconds });
  return { MessageId, MD5OfMessageBody: md5(body), MD5OfMessageAttributes: attributesMd5(attributes) };
};

const remove: EntryOperation = async (entry, queue, { service }) => {
  await service.delete(queue, entry.text('ReceiptHandle'));
  return {};
};

const changeVisibility: EntryOperation = async (entry, queue, { service }) => {
  const handle = entry.text('ReceiptHandle');
  await service.changeVisibility(queue, handle, entry.integer('VisibilityTimeout', { min: 0, max: 43_200, fallback: -1 }));
  return {};
};

/** A long poll: waits up to WaitTimeSeconds for a first message, and wakes as soon as one is there. */
async function receive(input: Input, context: QueueContext): Promise<object> {
  const queue = queueOf(input, context);
  const max = input.integer('MaxNumberOfMessages', { min: 1, max: 10, fallback: 1 });
  const visibility = input.integer('VisibilityTimeout', { min: 0, max: 43_200, fallback: queue.number('VisibilityTimeout') });
  const wait = input.integer('WaitTimeSeconds', { min: 0, max: 20, fallback: queue.number('ReceiveMessageWaitTimeSeconds') });
  const deadline = Date.now() + wait * 1000;
  let messages = await context.service.receive(queue, { max, visibilityMs: visibility * 1000 });
  while (messages.length === 0 && Date.now() < deadline && !context.gone.aborted) {
    if (queue.readyCount === 0) await nextArrival(queue, deadline, context.gone);
    context.service.table.find(queue.name);
    if (!context.gone.aborted) messages = await context.service.receive(queue, { max, visibilityMs: visibility * 1000 });
  }
  return messages.length === 0 ? {} : { Messages: messages.map((message) => present(message, queue, input)) };
}

function present(message: Message, queue: Queue, input: Input): object {
  const system = systemAttributes(message);
  const wanted = [...input.texts('MessageSystemAttributeNames'), ...input.texts('AttributeNames')];
  const Attributes = wanted.includes('All') ? system : pick(system, (name) => wanted.includes(name));
  const attributes = pick(message.attributes ?? {}, matcher(input.texts('MessageAttributeNames')));
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(queue.name, message),
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesMd5(attributes),
    }),
  };
}

function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: ACCOUNT,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.traceHeader && { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterSource && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** Names may be given whole, as `prefix.*`, or as `All`. */
function matcher(patterns: string[]): (name: string) => boolean {
  const all = patterns.includes('All') || patterns.includes('.*');
  return (name) => all || patterns.some((one) => (one.endsWith('.*') ? name.startsWith(one.slice(0, -1)) : name === one));
}

function pick<Value>(map: Record<string, Value>, wanted: (name: string) => boolean): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => wanted(name)));
}

const single =
  (operation: EntryOperation): QueueOperation =>
  (input, context) =>
    operation(input, queueOf(input, context), context);

/** Each entry stands for itself: one may fail and the others succeed, and all share the wait for the disk. */
const batch =
  (operation: EntryOperation): QueueOperation =>
  async (input, context) => {
    const queue = queueOf(input, context);
    const Failed: object[] = [];
    const outcomes = await Promise.all(
      input.entries().map(async (entry) => {
        const Id = entry.text('Id');
        try {
          return [{ Id, ...(await operation(entry, queue, context)) }];
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
          return [];
        }
      }),
    );
    return { Successful: outcomes.flat(), Failed };
  };

const sendBatch: QueueOperation = (input, context) => {
  const sizes = input
    .entries()
    .map((entry) => messageSize(entry.text('MessageBody'), entry.map<MessageAttribute>('MessageAttributes')));
  if (sizes.reduce((sum, size) => sum + size, 0) > 1_048_576) {
    throw new AwsError('BatchRequestTooLong', 400, 'Batch requests cannot be longer than 1048576 bytes.');
  }
  return batch(send)(input, context);
};

export const messageOperations: Record<string, QueueOperation> = {
  ChangeMessageVisibility: single(changeVisibility),
  ChangeMessageVisibilityBatch: batch(changeVisibility),
  DeleteMessage: single(remove),
  DeleteMessageBatch: batch(remove),
  ReceiveMessage: receive,
  SendMessage: single(send),
  SendMessageBatch: sendBatch,
};
