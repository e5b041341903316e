import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { House, type Resident } from '../../../test/house';

const ORDER = {
  items: [{ sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
};

describe('POST /order/events/sns, the door for events that SNS pushes', () => {
  let house: House;
  let sara: Resident;

  beforeAll(async () => {
    house = await House.start({ worker: false, order: { EVENTS_PUSH: true } });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
  }, 60_000);
  afterAll(() => house.close());

  const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; tries < 400; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not happen');
  };
  const place = async () => (await sara.post('/user/order', ORDER)).body.data as { processId: string };
  const ended = ({ processId }: { processId: string }) =>
    eventually(async () => {
      const { data } = (await sara.get(`/user/process/${processId}`)).body;
      return data.status === 0 ? undefined : (data as { status: number });
    });
  /** Events that came through the door: what is taken up from the table leaves no line there. */
  const takenIn = async () =>
    (await house.databases.order.adminQuery<{ event_id: string }>('SELECT event_id FROM inbox')).map(({ event_id: id }) => id);
  const push = (message: object) =>
    fetch(`${house.urls.order}/order/events/sns`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      body: JSON.stringify(message),
    });

  it('confirms the subscription, takes signed events and drives their processes', async () => {
    const sns = new SNSClient({ region: 'us-east-1', endpoint: house.aws.url });
    const Endpoint = `${house.urls.order}/order/events/sns`;
    const RawMessageDelivery = 'false';
    await sns.send(
      new SubscribeCommand({
        TopicArn: house.events.EVENTS_TOPIC_ARN,
        Protocol: 'http',
        Endpoint,
        Attributes: { RawMessageDelivery },
      }),
    );
    sns.destroy();
    await eventually(async () => {
      const placed = await place();
      expect((await ended(placed)).status).toBe(1);
      const [event] = await takenIn();
      return event;
    });
  }, 40_000);

  it('takes nothing that SNS did not sign, and nothing of another topic', async () => {
    const before = await takenIn();
    const forged = {
      ...{ Type: 'Notification', MessageId: 'm-1', TopicArn: house.events.EVENTS_TOPIC_ARN, Message: '{}' },
      ...{ Timestamp: new Date().toISOString(), SignatureVersion: '2', Signature: 'AAAA' },
      SigningCertURL: 'https://evil.example/SimpleNotificationService-1.pem',
    };
    const answers = [push(forged), push({ ...forged, TopicArn: `${forged.TopicArn}2` }), push({ Type: 'Notification' })];
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403, 400]);
    expect(await takenIn()).toEqual(before);
  });
});
