import { CreateTopicCommand, PublishBatchCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';

let under: EmulatorUnderTest;
let QueueUrl: string;
beforeAll(async () => {
  under = await startUnderTest();
  QueueUrl = (await under.sqs.send(new CreateQueueCommand({ QueueName: 'faulty' }))).QueueUrl!;
});
afterEach(async () => {
  await setFaults({});
  await control('POST', 'wipe');
});
afterAll(() => under.end());

const control = (method: string, door: string, body?: object) =>
  fetch(`${under.emulator.url}/_emulator/${door}`, { method, ...(body && { body: JSON.stringify(body) }) });
const setFaults = (settings: object) => control('PUT', 'faults', settings);
const injected = async () => ((await (await control('GET', 'faults')).json()) as { injected: Record<string, number> }).injected;
const send = (MessageBody: string) => under.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (more: object = {}) =>
  (await under.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (more: object = {}) => (await receive(more)).map(({ Body }) => Body!);

describe('Injected faults', () => {
  it('are off, and a setting that is none is refused', async () => {
    await send('once');
    expect(await bodies()).toEqual(['once']);
    expect(await injected()).toEqual({});
    expect((await setFaults({ duplicate: 2 })).status).toBe(400);
    expect((await setFaults({ earthquake: 1 })).status).toBe(400);
  });

  it('duplicate: one message id arrives twice', async () => {
    await setFaults({ duplicate: 1 });
    const { MessageId } = await send('twice');
    expect((await receive()).map((message) => message.MessageId)).toEqual([MessageId, MessageId]);
    expect(await injected()).toEqual({ duplicate: 1 });
  });

  it('reorder: every message arrives, in another order, and the same seed gives the same order', async () => {
    const run = async () => {
      await setFaults({ reorder: 0.5, seed: 7 });
      for (const body of 'abcdefgh') await send(body);
      const received: string[] = [];
      while (received.length < 8) received.push(...(await bodies()));
      return received;
    };
    const [first, second] = [await run(), await run()];
    expect([...first].sort().join('')).toBe('abcdefgh');
    expect(first.join('')).not.toBe('abcdefgh');
    expect(second).toEqual(first);
  });

  it('sendAckLost: the sender sees a broken connection and the message is there', async () => {
    await setFaults({ sendAckLost: 1 });
    await expect(send('kept')).rejects.toThrow('socket hang up');
    expect(await bodies()).toEqual(['kept']);
  });

  it('receiveLost: the messages stay hidden though nobody got them', async () => {
    await send('hidden');
    await setFaults({ receiveLost: 1 });
    await expect(receive({ VisibilityTimeout: 1 })).rejects.toThrow('socket hang up');
    await setFaults({});
    expect(await bodies()).toEqual([]);
    expect(await bodies({ WaitTimeSeconds: 20 })).toEqual(['hidden']);
  });

  it('deleteLost: the delete is answered and the message comes again', async () => {
    await send('undead');
    await setFaults({ deleteLost: 1 });
    const [message] = await receive({ VisibilityTimeout: 0 });
    await under.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    expect(await bodies()).toEqual(['undead']);
  });

  it('delayMs: messages come later than sent', async () => {
    await setFaults({ delayMs: 200, seed: 1 });
    await send('late');
    expect(await bodies({ WaitTimeSeconds: 20 })).toEqual(['late']);
    expect(await injected()).toEqual({ delayMs: 1 });
  });

  it('publishPartial: some entries of a batch fail on the side of the service', async () => {
    const { TopicArn } = await under.sns.send(new CreateTopicCommand({ Name: 'partial' }));
    await setFaults({ publishPartial: 0.5, seed: 3 });
    const PublishBatchRequestEntries = [...'abcdefghij'].map((Message) => ({ Id: Message, Message }));
    const { Successful, Failed } = await under.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(Failed!.length).toBe((await injected()).publishPartial);
    expect(Failed![0]).toMatchObject({ Code: 'InternalError', SenderFault: false });
    expect(Successful!.length + Failed!.length).toBe(10);
  });

  it('wipe: every queued message is forgotten, the queues stay', async () => {
    await send('gone');
    await control('POST', 'wipe');
    expect(await bodies()).toEqual([]);
  });
});
