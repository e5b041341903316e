import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';
import { type Envelope, isGenuine } from './envelope-check';

let under: EmulatorUnderTest;
let names = 0;
beforeAll(async () => {
  under = await startUnderTest();
});
afterAll(() => under.end());

const createTopic = async (Name = `topic-${++names}`) => (await under.sns.send(new CreateTopicCommand({ Name }))).TopicArn!;
const publish = (TopicArn: string, Message: string, more: object = {}) =>
  under.sns.send(new PublishCommand({ TopicArn, Message, ...more }));
const subscribe = async (TopicArn: string, Endpoint: string, Attributes: Record<string, string> = {}) => {
  const Protocol = Endpoint.startsWith('arn:') ? 'sqs' : 'http';
  const command = new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true });
  return (await under.sns.send(command)).SubscriptionArn!;
};
const subscribeQueue = async (TopicArn: string, Attributes: Record<string, string> = {}) => {
  const { QueueUrl } = await under.sqs.send(new CreateQueueCommand({ QueueName: `queue-${++names}` }));
  const { Attributes: found } = await under.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { QueueUrl, arn: await subscribe(TopicArn, found!.QueueArn!, Attributes), queueArn: found!.QueueArn! };
};
const receive = async (QueueUrl: string | undefined) =>
  (await under.sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 })))
    .Messages ?? [];

describe('Topics', () => {
  it('are created once, listed, described and deleted', async () => {
    const arn = await createTopic('twice');
    expect(await createTopic('twice')).toBe(arn);
    expect((await under.sns.send(new ListTopicsCommand({}))).Topics).toContainEqual({ TopicArn: arn });
    await under.sns.send(new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: 'DisplayName', AttributeValue: 'A & B' }));
    const { Attributes } = await under.sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(Attributes).toMatchObject({ TopicArn: arn, DisplayName: 'A & B', SubscriptionsConfirmed: '0' });
    await under.sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    await expect(publish(arn, 'x')).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 404 } });
  });
});

describe('Subscriptions of queues', () => {
  it('get the message itself and its attributes when delivery is raw', async () => {
    const topic = await createTopic();
    const { QueueUrl } = await subscribeQueue(topic, { RawMessageDelivery: 'true' });
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'order.placed' } };
    await publish(topic, '{"id":"grüße 😀"}', { MessageAttributes });
    expect(await receive(QueueUrl)).toMatchObject([{ Body: '{"id":"grüße 😀"}', MessageAttributes }]);
  });

  it('get a signed envelope otherwise', async () => {
    const topic = await createTopic();
    const { QueueUrl } = await subscribeQueue(topic);
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'a' } };
    const { MessageId } = await publish(topic, 'line 1\nline 2 ü', { Subject: 'S', MessageAttributes });
    const envelope = JSON.parse((await receive(QueueUrl))[0]!.Body!) as Envelope;
    expect(envelope).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topic,
      Subject: 'S',
      Message: 'line 1\nline 2 ü',
    });
    expect(envelope.MessageAttributes).toEqual({ kind: { Type: 'String', Value: 'a' } });
    expect(await isGenuine(envelope)).toBe(true);
    expect(await isGenuine({ ...envelope, Message: 'forged' })).toBe(false);
  });

  it('are all reached by one publish, each entry of a batch by itself', async () => {
    const topic = await createTopic();
    const [one, two] = [await subscribeQueue(topic, { RawMessageDelivery: 'true' }), await subscribeQueue(topic)];
    const PublishBatchRequestEntries = ['a', 'b', ''].map((Message, index) => ({ Id: `e${index}`, Message }));
    const { Successful, Failed } = await under.sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries }));
    expect(Successful!.map(({ Id }) => Id)).toEqual(['e0', 'e1']);
    expect(Failed).toMatchObject([{ Id: 'e2', Code: 'InvalidParameter', SenderFault: true }]);
    expect((await receive(one.QueueUrl)).map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect((await receive(two.QueueUrl)).map(({ Body }) => (JSON.parse(Body!) as Envelope).Message)).toEqual(['a', 'b']);
  });

  it('are made once, changed, listed and ended', async () => {
    const topic = await createTopic();
    const { QueueUrl, arn, queueArn } = await subscribeQueue(topic);
    expect(await subscribe(topic, queueArn)).toBe(arn);
    const { Subscriptions } = await under.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toMatchObject([{ SubscriptionArn: arn, Protocol: 'sqs', Endpoint: queueArn }]);
    const change = { SubscriptionArn: arn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' };
    await under.sns.send(new SetSubscriptionAttributesCommand(change));
    const { Attributes } = await under.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }));
    expect(Attributes).toMatchObject({ RawMessageDelivery: 'true', PendingConfirmation: 'false' });
    await under.sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    await publish(topic, 'nobody listens');
    expect(await receive(QueueUrl)).toEqual([]);
  });

  it('refuse an attribute this emulator would not honour', async () => {
    const topic = await createTopic();
    await expect(subscribeQueue(topic, { FilterPolicy: '{}' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
