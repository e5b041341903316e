import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { EmulatorUnderTest } from './emulator-under-test';

let queues = 0;

/** The everyday calls of SQS in short. */
export function queueCalls(current: () => EmulatorUnderTest) {
  const sqs = () => current().sqs;
  return {
    create: async (Attributes: Record<string, string> = {}, QueueName = `queue-${++queues}`) =>
      (await sqs().send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!,
    send: (QueueUrl: string, MessageBody: string, more: object = {}) =>
      sqs().send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receive: async (QueueUrl: string, more: object = {}): Promise<Message[]> =>
      (await sqs().send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }))).Messages ?? [],
    attributes: async (QueueUrl: string) =>
      (await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!,
    remove: (QueueUrl: string, { ReceiptHandle }: Pick<Message, 'ReceiptHandle'>) =>
      sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
}
