import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { clientsFor } from './emulator-under-test';
import { buildEmulators, type ServerProcess, startServer } from './server-process';

let dataDir: string;
let server: ServerProcess;
beforeAll(buildEmulators, 60_000);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aws-server-'));
  server = await startServer(dataDir);
});
afterEach(async () => {
  server.child.kill('SIGKILL');
  await server.exited;
  await rm(dataDir, { recursive: true });
});

describe('The server process', () => {
  it('answers its health, stops cleanly when told to, and leaves one line for start and stop', async () => {
    expect((await fetch(`${server.url}/_emulator/health`)).status).toBe(200);
    const { sqs } = clientsFor(server.url);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }));
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new CreateQueueCommand({ QueueName: 'asked-for-after-the-poll' }));
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
