import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

let under: EmulatorUnderTest;
let queues = 0;
beforeAll(async () => {
  under = await startUnderTest();
});
afterAll(() => under.end());

const create = async (Attributes: Record<string, string> = {}, QueueName = `queue-${++queues}`) =>
  (await under.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
  under.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more: object = {}): Promise<Message[]> =>
  (await under.sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }))).Messages ?? [];
const attributes = async (QueueUrl: string) =>
  (await under.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes!;
const remove = (QueueUrl: string, { ReceiptHandle }: Message) =>
  under.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

describe('Queues', () => {
  it('are created once: again with the same attributes gives the same URL, with others it is refused', async () => {
    const url = await create({ VisibilityTimeout: '7' }, 'idempotent');
    expect(await create({ VisibilityTimeout: '7' }, 'idempotent')).toBe(url);
    await expect(create({ VisibilityTimeout: '8' }, 'idempotent')).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await under.sqs.send(new GetQueueUrlCommand({ QueueName: 'idempotent' }))).QueueUrl).toBe(url);
    expect((await under.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'idem' }))).QueueUrls).toEqual([url]);
  });

  it('refuse a wrong attribute and a FIFO queue, and change a right one', async () => {
    const url = await create();
    const set = (Attributes: Record<string, string>) =>
      under.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await expect(set({ VisibilityTimeout: '43201' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create({}, 'ordered.fifo')).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    await set({ VisibilityTimeout: '5' });
    expect(await attributes(url)).toMatchObject({
      VisibilityTimeout: '5',
      QueueArn: expect.stringContaining(':queue-') as string,
    });
  });

  it('are gone after a delete, told in both the new and the old code', async () => {
    const QueueUrl = await create();
    await under.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(send(QueueUrl, 'x')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

describe('Messages', () => {
  it('carry body, attributes and the facts about their delivery, with digests that the client checks', async () => {
    const url = await create();
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'order' },
      amount: { DataType: 'Number.int', StringValue: '12' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 1, 254]) },
    };
    const sent = await send(url, 'grüße 😀\n', { MessageAttributes });
    const [message] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'grüße 😀\n',
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    });
    expect(message!.MessageAttributes!.kind).toEqual(MessageAttributes.kind);
    expect(Buffer.from(message!.MessageAttributes!.raw!.BinaryValue!)).toEqual(MessageAttributes.raw.BinaryValue);
    expect(message!.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
    });
  });

  it('have the attribute digest that SQS defines', async () => {
    const sent = await send(await create(), 'x', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
    const part = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
    const digest = createHash('md5').update(Buffer.concat([part('a'), part('String'), Buffer.from([1]), part('b')]));
    expect(sent.MD5OfMessageAttributes).toBe(digest.digest('hex'));
  });

  it('are hidden once received, counted, and gone once deleted', async () => {
    const url = await create();
    await send(url, 'one');
    const [message] = await receive(url);
    expect(await receive(url)).toEqual([]);
    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' });
    await remove(url, message!);
    await remove(url, message!);
    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('come back when their visibility is given up, and an old receipt then deletes nothing', async () => {
    const url = await create();
    await send(url, 'again');
    const [first] = await receive(url);
    const giveBack = { QueueUrl: url, ReceiptHandle: first!.ReceiptHandle, VisibilityTimeout: 0 };
    await under.sqs.send(new ChangeMessageVisibilityCommand(giveBack));
    const [second] = await receive(url, { VisibilityTimeout: 0 });
    expect(second).toMatchObject({ MessageId: first!.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    await remove(url, first!);
    const [third] = await receive(url);
    expect(third!.MessageId).toBe(first!.MessageId);
    await expect(under.sqs.send(new ChangeMessageVisibilityCommand(giveBack))).rejects.toMatchObject({
      name: 'MessageNotInflight',
    });
    await expect(remove(url, { ReceiptHandle: 'nonsense' })).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  it('wake a long poll that was waiting for them', async () => {
    const url = await create();
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await attributes(url);
    await send(url, 'wake up');
    expect((await waiting)[0]!.Body).toBe('wake up');
  });

  it('appear to a waiting poll when their delay or their visibility ends', async () => {
    const url = await create({ DelaySeconds: '1' });
    await send(url, 'later');
    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
    const [first] = await receive(url, { WaitTimeSeconds: 20, VisibilityTimeout: 1 });
    const [second] = await receive(url, { WaitTimeSeconds: 20 });
    expect([first!.Body, second!.Attributes!.ApproximateReceiveCount]).toEqual(['later', '2']);
  });

  it('are not given to a caller who hung up', async () => {
    const url = await create();
    const abort = new AbortController();
    const poll = under.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), { abortSignal: abort.signal });
    await attributes(url);
    abort.abort();
    await expect(poll).rejects.toThrow();
    await attributes(url);
    await send(url, 'for the next');
    expect((await receive(url, { WaitTimeSeconds: 20 }))[0]!.Attributes!.ApproximateReceiveCount).toBe('1');
  });

  it('are refused when empty, too long or of characters that no XML can carry', async () => {
    const url = await create({ MaximumMessageSize: '1024' });
    await expect(send(url, '')).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(send(url, 'x'.repeat(1025))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send(url, 'bell \u0007')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    expect(await receive(url)).toEqual([]);
  });

  it('travel in batches, of which one entry may fail', async () => {
    const url = await create();
    const Entries = ['a', 'b', 'bad \u0007', 'd'].map((MessageBody, index) => ({ Id: `id-${index}`, MessageBody }));
    const sent = await under.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful!.map(({ Id }) => Id)).toEqual(['id-0', 'id-1', 'id-3']);
    expect(sent.Failed).toMatchObject([{ Id: 'id-2', Code: 'InvalidMessageContents', SenderFault: true }]);
    const messages = await receive(url, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'b', 'd']);
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const deleted = await under.sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...handles, { Id: 'x', ReceiptHandle: '?' }] }),
    );
    expect(deleted).toMatchObject({ Successful: [{}, {}, {}], Failed: [{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }] });
    const twice = [Entries[0]!, Entries[0]!];
    await expect(under.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: twice }))).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinct',
    });
  });

  it('are all forgotten by a purge', async () => {
    const url = await create();
    await send(url, 'x');
    await under.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
  });
});

describe('Redrive', () => {
  const withDeadLetters = async () => {
    const dead = await create();
    const { QueueArn: deadLetterTargetArn } = await attributes(dead);
    const source = await create({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) });
    return { dead, source, deadLetterTargetArn };
  };

  it('moves a message to the dead-letter queue after maxReceiveCount receives, and a move task brings it back', async () => {
    const { dead, source, deadLetterTargetArn } = await withDeadLetters();
    const { MessageId } = await send(source, 'poison');
    for (const count of ['1', '2']) {
      expect((await receive(source, { VisibilityTimeout: 0 }))[0]!.Attributes!.ApproximateReceiveCount).toBe(count);
    }
    expect(await receive(source)).toEqual([]);
    const [letter] = await receive(dead, { VisibilityTimeout: 0 });
    expect(letter).toMatchObject({ MessageId, Body: 'poison' });
    expect(letter!.Attributes!.DeadLetterQueueSourceArn).toBe((await attributes(source)).QueueArn);
    await under.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterTargetArn }));
    expect(await receive(dead)).toEqual([]);
    expect((await receive(source))[0]).toMatchObject({ MessageId, Attributes: { ApproximateReceiveCount: '1' } });
  });

  it('refuses a dead-letter queue that is not there', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:absent',
      maxReceiveCount: 2,
    });
    await expect(create({ RedrivePolicy })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
