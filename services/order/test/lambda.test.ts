import { PassThrough } from 'node:stream';
import { createLogger } from '@polycloud/logger';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { House, type Resident } from '../../../test/house';
import type { Config } from '../src/config';
import { buildWorker } from '../src/lambda';

const ORDER = {
  items: [{ sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } }],
  payment: { gateway: 'sandbox', source: 'tok_ok' },
};
const clock = (ms: number) => ({ getRemainingTimeInMillis: () => ms });
const LONG = clock(60_000);

/** A message as the queue hands it to a function. */
const record = (messageId: string, body: string): SQSRecord => ({
  ...{ messageId, body, receiptHandle: `handle-${messageId}`, md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e' },
  ...{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders', awsRegion: 'us-east-1' },
  attributes: {
    ...{ ApproximateReceiveCount: '1', SentTimestamp: '1795000000000', SenderId: 'AIDASENDER' },
    ApproximateFirstReceiveTimestamp: '1795000000001',
  },
  messageAttributes: {},
});
const batch = (...Records: SQSRecord[]): SQSEvent => ({ Records });
const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the worker as a Lambda function', () => {
  let house: House;
  let sara: Resident;
  let worker: Awaited<ReturnType<typeof buildWorker>>;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n,name\n1,a\n2,b\n');
    const logger = createLogger({ service: 'order-worker', level: 'error', stream: new PassThrough().resume() });
    worker = await buildWorker(house['settingsOf']('order') as unknown as Config, logger);
  }, 60_000);
  afterAll(async () => {
    await worker.close();
    await house.close();
  });

  /** Places an order and gives its process, with the event as it was published. */
  const place = async () => {
    const { body } = await sara.post('/user/order', ORDER);
    const { processId } = body.data as { processId: string };
    const rows = await house.databases.order.adminQuery<{ payload: string }>('SELECT payload FROM outbox WHERE payload LIKE ?', [
      `%${processId}%`,
    ]);
    return { processId, event: rows[0]?.payload ?? '' };
  };
  const statusOf = async (processId: string) => (await sara.get(`/user/process/${processId}`)).body.data.status as number;

  it('has driven every process of a batch to its end when it answers, from bare events and from envelopes of SNS', async () => {
    const [one, two] = [await place(), await place()];
    const envelope = JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:0:events', Message: two.event });
    expect(await worker.takeBatch(batch(record('m1', one.event), record('m2', envelope)), LONG)).toEqual(failed());
    expect([await statusOf(one.processId), await statusOf(two.processId)]).toEqual([1, 1]);
  });

  it('reports the messages that it cannot take, and those alone', async () => {
    const { processId, event } = await place();
    const strange = event.replace('process.requested', 'process.forgotten');
    const answer = await worker.takeBatch(batch(record('m1', '{'), record('m2', event), record('m3', strange)), LONG);
    expect(answer).toEqual(failed('m1', 'm3'));
    expect(await statusOf(processId)).toBe(1);
  });

  it('drives a process once, however often its event comes', async () => {
    const { processId, event } = await place();
    expect(await worker.takeBatch(batch(record('m1', event), record('m1', event)), LONG)).toEqual(failed());
    expect(await worker.takeBatch(batch(record('m2', event)), LONG)).toEqual(failed());
    const { orderId } = (await sara.get(`/user/process/${processId}`)).body.data as { orderId: string };
    const [charges] = await house.databases.billing.adminQuery<{ n: number }>(
      'SELECT COUNT(*) AS n FROM payments WHERE order_id = ?',
      [orderId],
    );
    expect(Number(charges?.n)).toBe(1);
  });

  it('begins nothing when its time is nearly over, and gives all messages back', async () => {
    const { processId, event } = await place();
    expect(await worker.takeBatch(batch(record('m1', event)), clock(2_000))).toEqual(failed('m1'));
    expect(await statusOf(processId)).toBe(0);
    await worker.sweep(LONG);
    expect(await statusOf(processId)).toBe(1);
  }, 40_000);

  it('refuses events of another source', async () => {
    const foreign = { ...record('m1', '{}'), eventSource: 'aws:kinesis' };
    await expect(worker.takeBatch(batch(foreign), LONG)).rejects.toThrow('not of aws:kinesis');
  });
});
