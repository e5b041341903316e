import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';
import { queueCalls } from './queue-calls';

let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
});
afterAll(() => under.end());

const { create, send, receive, attributes, remove } = queueCalls(() => under);

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
