import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { type EmulatorUnderTest, startUnderTest } from './emulator-under-test';
import { type Envelope, isGenuine } from './envelope-check';
import { startSubscriber } from './http-subscriber';

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
  const command = new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint, Attributes, ReturnSubscriptionArn: true });
  return (await under.sns.send(command)).SubscriptionArn!;
};
describe('Subscriptions over HTTP', () => {
  it('get nothing but a signed request to confirm, and signed notifications once they did', async () => {
    const subscriber = await startSubscriber();
    const topic = await createTopic();
    const arn = await subscribe(topic, subscriber.url);
    const { headers, body } = await subscriber.post(1);
    const request = JSON.parse(body) as Envelope;
    expect(headers).toMatchObject({ 'x-amz-sns-message-type': 'SubscriptionConfirmation', 'x-amz-sns-topic-arn': topic });
    expect(headers['content-type']).toBe('text/plain; charset=UTF-8');
    expect(await isGenuine(request)).toBe(true);
    await publish(topic, 'too early');
    await expect(under.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: 'invented' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const confirmed = await under.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: request.Token }));
    expect(confirmed.SubscriptionArn).toBe(arn);
    const { MessageId } = await publish(topic, 'in time');
    const notification = await subscriber.post(2);
    expect(notification.headers).toMatchObject({ 'x-amz-sns-message-id': MessageId, 'x-amz-sns-subscription-arn': arn });
    const envelope = JSON.parse(notification.body) as Envelope;
    expect(envelope).toMatchObject({ Type: 'Notification', Message: 'in time', SignatureVersion: '2' });
    expect(await isGenuine(envelope)).toBe(true);
    await subscriber.close();
  });

  it('confirm and end through the links in the messages, without a key', async () => {
    const subscriber = await startSubscriber();
    const topic = await createTopic();
    await subscribe(topic, subscriber.url);
    const { SubscribeURL } = JSON.parse((await subscriber.post(1)).body) as Envelope;
    expect((await fetch(SubscribeURL!)).status).toBe(200);
    await publish(topic, 'hello');
    const { UnsubscribeURL } = JSON.parse((await subscriber.post(2)).body) as Envelope;
    expect((await fetch(UnsubscribeURL!)).status).toBe(200);
    expect((await under.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }))).Subscriptions ?? []).toEqual([]);
    await subscriber.close();
  });

  it('are tried again after a 500 with the same message id, and not after a 400', async () => {
    const subscriber = await startSubscriber(200, 500, 500, 400);
    const topic = await createTopic();
    const DeliveryPolicy = JSON.stringify({ healthyRetryPolicy: { numRetries: 3, minDelayTarget: 0 } });
    await subscribe(topic, subscriber.url, { DeliveryPolicy });
    await fetch((JSON.parse((await subscriber.post(1)).body) as Envelope).SubscribeURL!);
    const { MessageId } = await publish(topic, 'stubborn');
    const ids = [2, 3, 4].map(async (count) => (await subscriber.post(count)).headers['x-amz-sns-message-id']);
    expect(await Promise.all(ids)).toEqual([MessageId, MessageId, MessageId]);
    await publish(topic, 'next');
    expect((JSON.parse((await subscriber.post(5)).body) as Envelope).Message).toBe('next');
    await subscriber.close();
  });
});
