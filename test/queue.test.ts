import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { House, type Resident } from './house';

const ROOT = join(__dirname, '..');

describe('npm run queue', () => {
  let house: House;
  let sara: Resident;
  let sqs: SQSClient;

  beforeAll(async () => {
    house = await House.start({ worker: false });
    sara = await house.resident();
    await sara.upload('numbers.csv', 'n\n1\n2\n');
    sqs = new SQSClient({ region: 'us-east-1', endpoint: house.aws.url });
  }, 60_000);
  afterAll(async () => {
    sqs.destroy();
    await house.close();
  });

  const queue = async (word: string) => {
    const { EVENTS_QUEUE_URL, dlqUrl } = house.events;
    const env = { ...process.env, EVENTS_QUEUE_URL, EVENTS_DLQ_URL: dlqUrl, AWS_ENDPOINT_URL: house.aws.url };
    return (await promisify(execFile)(process.execPath, [join(ROOT, 'bin/queue.js'), word], { cwd: ROOT, env })).stdout;
  };
  const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; tries < 400; tries++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('it did not happen');
  };
  /** Moves the event of an order to the queue of what kept failing. */
  const bury = async () => {
    const { EVENTS_QUEUE_URL: QueueUrl, dlqUrl } = house.events;
    const { Body, ReceiptHandle } = await eventually(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages[0];
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: dlqUrl, MessageBody: Body }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  };

  it('dlq shows what kept failing, redrive has it done', async () => {
    const items = [{ sku: 'DATA-PROFILE', input: { dataset: 'numbers.csv' } }];
    const { body } = await sara.post('/user/order', { items, payment: { gateway: 'sandbox', source: 'tok_ok' } });
    await bury();
    const shown = await queue('dlq');
    expect(shown).toContain('Dead letters 1');
    expect(shown).toContain(body.data.processId);
    const moved = await eventually(async () => {
      const output = await queue('redrive');
      return output.startsWith('0 ') ? undefined : output;
    });
    expect(moved).toContain('1 events were given to the worker again');
    expect(await queue('dlq')).toContain('Dead letters 0');
    await house.startWorker();
    const sql = 'SELECT event_id FROM inbox';
    await eventually(async () => (await house.databases.order.adminQuery(sql))[0]);
    await eventually(async () => {
      const { data } = (await sara.get(`/user/process/${body.data.processId}`)).body;
      return data.status === 1 ? true : undefined;
    });
  }, 40_000);

  it('says which words there are', async () => {
    await expect(queue('look')).rejects.toMatchObject({ stderr: expect.stringContaining('dlq or redrive') });
  });
});
