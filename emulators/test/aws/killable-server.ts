import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { clientsFor } from './emulator-under-test';
import { type ServerProcess, startServer } from './server-process';

/** How many answers a run collects before it kills the server. */
export const KILL_AFTER = 300;

/** The emulator as a process that can be killed and started again over the same directory. */
export class KillableServer {
  dataDir = '';
  server!: ServerProcess;
  clients!: ReturnType<typeof clientsFor>;

  async begin(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'aws-server-'));
    await this.start();
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true });
  }

  async start(): Promise<void> {
    this.server = await startServer(this.dataDir);
    this.clients = clientsFor(this.server.url);
  }

  async kill(): Promise<void> {
    for (const client of Object.values(this.clients)) client.destroy();
    this.server.child.kill('SIGKILL');
    await this.server.exited;
  }

  /** Does the work again and again in eight lanes, kills the server in the middle, starts it anew, and tells what was acknowledged. */
  async workUntilKilled<Done>(work: (count: number) => Promise<Done>): Promise<Done[]> {
    const acknowledged: Done[] = [];
    let count = 0;
    const lane = async (): Promise<void> => {
      for (;;) {
        acknowledged.push(await work(count++));
        if (acknowledged.length === KILL_AFTER) this.server.child.kill('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: 8 }, lane));
    await this.kill();
    await this.start();
    return acknowledged;
  }

  async createQueue(QueueName: string): Promise<string> {
    return (await this.clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
  }

  async receive(QueueUrl: string, VisibilityTimeout = 600): Promise<Message[]> {
    const request = { QueueUrl, VisibilityTimeout, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
    return (await this.clients.sqs.send(new ReceiveMessageCommand(request))).Messages ?? [];
  }

  /** Receives until nothing is visible. */
  async drain(QueueUrl: string): Promise<Message[]> {
    const all: Message[] = [];
    for (let some = await this.receive(QueueUrl); some.length > 0; some = await this.receive(QueueUrl)) all.push(...some);
    return all;
  }
}
