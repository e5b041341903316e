import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { clientsFor } from './emulator-under-test';
import { buildEmulators, type ServerProcess, startServer } from './server-process';

const Bucket = 'kept';
const KILL_AFTER = 300;
let dataDir: string;
let server: ServerProcess;
let clients: ReturnType<typeof clientsFor>;
beforeAll(buildEmulators, 60_000);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aws-server-'));
  await start();
});
afterEach(async () => {
  await kill();
  await rm(dataDir, { recursive: true });
});

async function start(): Promise<void> {
  server = await startServer(dataDir);
  clients = clientsFor(server.url);
}

async function kill(): Promise<void> {
  for (const client of Object.values(clients)) client.destroy();
  server.child.kill('SIGKILL');
  await server.exited;
}

const createQueue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
const receive = async (QueueUrl: string, VisibilityTimeout = 600): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    VisibilityTimeout,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
  });
  return (await clients.sqs.send(command)).Messages ?? [];
};
async function drain(QueueUrl: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let some = await receive(QueueUrl); some.length > 0; some = await receive(QueueUrl)) all.push(...some);
  return all;
}

/** Does the work again and again in eight lanes, kills the server in the middle, and tells what was acknowledged. */
async function workUntilKilled<Done>(work: (count: number) => Promise<Done>): Promise<Done[]> {
  const acknowledged: Done[] = [];
  let count = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      acknowledged.push(await work(count++));
      if (acknowledged.length === KILL_AFTER) server.child.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, lane));
  await kill();
  await start();
  return acknowledged;
}

describe('After a kill -9', () => {
  it('every message whose send was acknowledged is there', async () => {
    const QueueUrl = await createQueue('sends');
    const sent = await workUntilKilled(async (count) => {
      return (await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `message ${count}` }))).MessageId;
    });
    expect(sent.length).toBeGreaterThanOrEqual(KILL_AFTER);
    const found = new Set((await drain(QueueUrl)).map(({ MessageId }) => MessageId));
    expect(sent.filter((id) => !found.has(id))).toEqual([]);
  });

  it('no message whose delete was acknowledged comes back, and no other is lost', async () => {
    const QueueUrl = await createQueue('deletes');
    const total = KILL_AFTER + 100;
    await Promise.all(
      Array.from({ length: total }, (_, count) =>
        clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(count) })),
      ),
    );
    const messages = await drain(QueueUrl);
    const tried = new Set<string>();
    const deleted = await workUntilKilled(async (count) => {
      const { ReceiptHandle, Body } = messages[count]!;
      tried.add(Body!);
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return Body!;
    });
    const { Attributes } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    // All were received before, so whatever is left is still hidden.
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0' });
    const left = Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
    expect(left).toBeLessThanOrEqual(total - deleted.length);
    expect(left).toBeGreaterThanOrEqual(total - tried.size);
  });

  it('a received message stays hidden, keeps its count, and its receipt still deletes it', async () => {
    const QueueUrl = await createQueue('receipts');
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'in work' }));
    await receive(QueueUrl, 0);
    const [message] = await receive(QueueUrl);
    expect(message!.Attributes!.ApproximateReceiveCount).toBe('2');
    await kill();
    await start();
    expect(await receive(QueueUrl)).toEqual([]);
    await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    const { Attributes } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
  });

  it('every acknowledged publish is in each subscribed queue', async () => {
    const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 'events' }));
    const queues = [await createQueue('one'), await createQueue('two')];
    for (const name of ['one', 'two']) {
      const subscription = {
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:us-east-1:000000000000:${name}`,
        Attributes: { RawMessageDelivery: 'true' },
      };
      await clients.sns.send(new SubscribeCommand({ TopicArn, ...subscription }));
    }
    const published = await workUntilKilled(async (count) => {
      await clients.sns.send(new PublishCommand({ TopicArn, Message: `event ${count}` }));
      return `event ${count}`;
    });
    const [one, two] = await Promise.all(queues.map(async (url) => (await drain(url)).map(({ Body }) => Body!)));
    expect(published.filter((body) => !one!.includes(body))).toEqual([]);
    expect([...two!].sort()).toEqual([...one!].sort());
    await clients.sns.send(new PublishCommand({ TopicArn, Message: 'subscribed still' }));
    expect((await drain(queues[0]!)).map(({ Body }) => Body)).toEqual(['subscribed still']);
  });

  it('every acknowledged object is there whole, a deleted one is not, and no bytes are left over', async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    const contentOf = (count: number): string => `${count}:`.repeat(5000);
    const stored = await workUntilKilled(async (count) => {
      // Every second put replaces the object before.
      const Key = `object ${count >> 1}`;
      await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: contentOf(count), Metadata: { count: String(count) } }));
      if (count % 10 === 9) await clients.s3.send(new DeleteObjectCommand({ Bucket, Key: `object ${count >> 1}` }));
      return count;
    });
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket }));
    const listed = new Set(Contents.map(({ Key }) => Key));
    // Only keys of which every write is known to have been answered, the last of them not a delete.
    const known = stored.filter((count) => count % 2 === 0 && stored.includes(count + 1) && count % 10 !== 8);
    expect(known.filter((count) => !listed.has(`object ${count >> 1}`))).toEqual([]);
    for (const Key of listed) {
      const { Body, Metadata } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(await Body!.transformToString()).toBe(contentOf(Number(Metadata!.count)));
    }
    const files = await readdir(join(dataDir, 's3', 'buckets', Bucket, 'objects'), { recursive: true });
    expect(files.filter((path) => path.includes('/'))).toHaveLength(2 * listed.size);
    expect(await readdir(join(dataDir, 's3', 'scratch'))).toEqual([]);
  }, 60_000);
});

describe('The process', () => {
  it('answers its health, stops cleanly when told to, and leaves one line for start and stop', async () => {
    expect((await fetch(`${server.url}/_emulator/health`)).status).toBe(200);
    const QueueUrl = await createQueue('polled');
    const poll = clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await createQueue('after the poll was sent'.replaceAll(' ', '-'));
    server.child.kill('SIGTERM');
    expect((await poll).Messages).toBeUndefined();
    expect(await server.exited).toBe(0);
    const lines = server.output.join('').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['started', 'stopped']);
    expect(server.errors).toEqual([]);
  });

  it('says in one line that its port is taken, and ends with 1', async () => {
    const second = await startServer(join(dataDir, 'second'), Number(new URL(server.url).port));
    expect(await second.exited).toBe(1);
    expect(second.errors.join('')).toMatch(/^Port \d+ is taken.*\n$/);
  });
});
