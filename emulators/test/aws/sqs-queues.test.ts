import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';
import { queueCalls } from './queue-calls';

let under: EmulatorUnderTest;
beforeAll(async () => {
  under = await startUnderTest();
});
afterAll(() => under.end());

const { create, send, receive, attributes } = queueCalls(() => under);

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
