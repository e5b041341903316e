import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { KILL_AFTER, KillableServer } from './killable-server';
import { buildEmulators, startServer } from './server-process';

const Bucket = 'kept';
const under = new KillableServer();
beforeAll(buildEmulators, 60_000);
beforeEach(() => under.begin());
afterEach(() => under.end());

describe('After a kill -9', () => {
  it('every message whose send was acknowledged is there', async () => {
    const QueueUrl = await under.createQueue('sends');
    const sent = await under.workUntilKilled(async (count) => {
      return (await under.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `message ${count}` }))).MessageId;
    });
    expect(sent.length).toBeGreaterThanOrEqual(KILL_AFTER);
    const found = new Set((await under.drain(QueueUrl)).map(({ MessageId }) => MessageId));
    expect(sent.filter((id) => !found.has(id))).toEqual([]);
  });

  it('no message whose delete was acknowledged comes back, and no other is lost', async () => {
    const QueueUrl = await under.createQueue('deletes');
    const total = KILL_AFTER + 100;
    await Promise.all(
      Array.from({ length: total }, (_, count) =>
        under.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(count) })),
      ),
    );
    const messages = await under.drain(QueueUrl);
    const tried = new Set<string>();
    const deleted = await under.workUntilKilled(async (count) => {
      const { ReceiptHandle, Body } = messages[count]!;
      tried.add(Body!);
      await under.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return Body!;
    });
    const { Attributes } = await under.clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    // All were received before, so whatever is left is still hidden.
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0' });
    const left = Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
    expect(left).toBeLessThanOrEqual(total - deleted.length);
    expect(left).toBeGreaterThanOrEqual(total - tried.size);
  });

  it('a received message stays hidden, keeps its count, and its receipt still deletes it', async () => {
    const QueueUrl = await under.createQueue('receipts');
    await under.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'in work' }));
    await under.receive(QueueUrl, 0);
    const [message] = await under.receive(QueueUrl);
    expect(message!.Attributes!.ApproximateReceiveCount).toBe('2');
    await under.kill();
    await under.start();
    expect(await under.receive(QueueUrl)).toEqual([]);
    await under.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    const { Attributes } = await under.clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('every acknowledged publish is in each subscribed queue', async () => {
    const { TopicArn } = await under.clients.sns.send(new CreateTopicCommand({ Name: 'events' }));
    const queues = [await under.createQueue('one'), await under.createQueue('two')];
    for (const name of ['one', 'two']) {
      const subscription = {
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:us-east-1:000000000000:${name}`,
        Attributes: { RawMessageDelivery: 'true' },
      };
      await under.clients.sns.send(new SubscribeCommand({ TopicArn, ...subscription }));
    }
    const published = await under.workUntilKilled(async (count) => {
      await under.clients.sns.send(new PublishCommand({ TopicArn, Message: `event ${count}` }));
      return `event ${count}`;
    });
    const [one, two] = await Promise.all(queues.map(async (url) => (await under.drain(url)).map(({ Body }) => Body!)));
    expect(published.filter((body) => !one!.includes(body))).toEqual([]);
    expect([...two!].sort()).toEqual([...one!].sort());
    await under.clients.sns.send(new PublishCommand({ TopicArn, Message: 'subscribed still' }));
    expect((await under.drain(queues[0]!)).map(({ Body }) => Body)).toEqual(['subscribed still']);
  });

  it('every acknowledged object is there whole, a deleted one is not, and no bytes are left over', async () => {
    await under.clients.s3.send(new CreateBucketCommand({ Bucket }));
    const contentOf = (count: number): string => `${count}:`.repeat(5000);
    const stored = await under.workUntilKilled(async (count) => {
      // Every second put replaces the object before.
      const Key = `object ${count >> 1}`;
      await under.clients.s3.send(
        new PutObjectCommand({ Bucket, Key, Body: contentOf(count), Metadata: { count: String(count) } }),
      );
      if (count % 10 === 9) await under.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: `object ${count >> 1}` }));
      return count;
    });
    const { Contents = [] } = await under.clients.s3.send(new ListObjectsV2Command({ Bucket }));
    const listed = new Set(Contents.map(({ Key }) => Key));
    // Only keys of which every write is known to have been answered, the last of them not a delete.
    const known = stored.filter((count) => count % 2 === 0 && stored.includes(count + 1) && count % 10 !== 8);
    expect(known.filter((count) => !listed.has(`object ${count >> 1}`))).toEqual([]);
    for (const Key of listed) {
      const { Body, Metadata } = await under.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body!.transformToString()).toBe(contentOf(Number(Metadata!.count)));
    }
    const files = await readdir(join(under.dataDir, 's3', 'buckets', Bucket, 'objects'), { recursive: true });
    expect(files.filter((path) => path.includes('/'))).toHaveLength(2 * listed.size);
    expect(await readdir(join(under.dataDir, 's3', 'scratch'))).toEqual([]);
  }, 60_000);
});

describe('The server process', () => {
  it('answers its health, stops cleanly when told to, and leaves one line for start and stop', async () => {
    expect((await fetch(`${under.server.url}/_emulator/health`)).status).toBe(200);
    const { sqs } = under.clients;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }));
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new CreateQueueCommand({ QueueName: 'asked-for-after-the-poll' }));
    under.server.child.kill('SIGTERM');
    expect((await poll).Messages).toBeUndefined();
    expect(await under.server.exited).toBe(0);
    const lines = under.server.output.join('').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['started', 'stopped']);
    expect(under.server.errors).toEqual([]);
  });

  it('says in one line that its port is taken, and ends with 1', async () => {
    const second = await startServer(join(under.dataDir, 'second'), Number(new URL(under.server.url).port));
    expect(await second.exited).toBe(1);
    expect(second.errors.join('')).toMatch(/^Port \d+ is taken.*\n$/);
  });
});
