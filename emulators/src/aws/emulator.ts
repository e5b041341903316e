import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { Broker, type BrokerRecord } from './broker';
import { Control } from './control';
import { Dispatcher } from './dispatcher';
import { Faults, type FaultSettings } from './faults';
import { Journal } from './journal';
import { BucketStore } from './s3/bucket-store';
import { ObjectProtocol } from './s3/protocol';
import { type Credential, SignatureVerifier } from './signature/verifier';
import { openSigningIdentity } from './sns/certificate';
import { EnvelopeWriter } from './sns/envelope';
import { HttpDelivery } from './sns/http-delivery';
import { TopicProtocol } from './sns/protocol';
import { TopicService } from './sns/topic-service';
import { QueueProtocol } from './sqs/protocol';
import { QueueService } from './sqs/queue-service';

export interface AwsEmulatorOptions {
  /** 127.0.0.1 when absent. */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** Everything is kept below this directory; one emulator at a time may use it. */
  dataDir: string;
  credentials: Credential[];
  faults?: FaultSettings;
}

export interface AwsEmulator {
  url: string;
  port: number;
  /** Ends long polls, lets running requests finish and closes the files. */
  stop(): Promise<void>;
}

interface Running {
  dispatcher: Dispatcher;
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 75_000;
const DRAIN_MS = 5_000;

/**
 * Starts S3, SNS and SQS on one port. Whatever it has answered it still has after a `kill -9`.
 * Rejects with `EADDRINUSE` when the port is taken, before it touches the data.
 */
export async function startAwsEmulator(options: AwsEmulatorOptions): Promise<AwsEmulator> {
  const { host = '127.0.0.1' } = options;
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  const opening = openServices(options, url);
  // The port is held while the data is read, so a request may come before there is anyone to take it.
  server.on('request', (request, response) => {
    opening.then(({ dispatcher }) => dispatcher.handle(request, response)).catch(() => response.destroy());
  });
  const running = await opening.catch(async (error: unknown) => {
    await closeServer(server);
    throw error;
  });
  const stop = async (): Promise<void> => {
    const closed = closeServer(server);
    running.dispatcher.endWaits();
    await closed;
    await running.close();
  };
  return { url, port, stop };
}

/** The whole object graph. */
async function openServices({ dataDir, credentials, faults: settings }: AwsEmulatorOptions, url: string): Promise<Running> {
  await mkdir(dataDir, { recursive: true });
  const identity = await openSigningIdentity(join(dataDir, 'sns'));
  const store = await BucketStore.open(join(dataDir, 's3'));
  const broker = new Broker();
  const journal = await Journal.open<BrokerRecord>(join(dataDir, 'broker.log'), broker);
  const commit = (records: BrokerRecord[]): Promise<void> => journal.append(records);
  const verifier = new SignatureVerifier(credentials);
  const faults = new Faults(settings);
  const queues = new QueueService(broker.queues, commit, faults);
  const delivery = new HttpDelivery(broker.topics, commit);
  const envelopes = new EnvelopeWriter(identity, url);
  const topics = new TopicService(broker.topics, { queues, commit, envelopes, delivery, faults });
  const protocols = {
    s3: new ObjectProtocol(verifier, store),
    sqs: new QueueProtocol(verifier, { service: queues, url }),
    sns: new TopicProtocol(verifier, topics, faults),
    control: new Control(faults, queues),
    identity,
  };
  delivery.resume();
  const close = async (): Promise<void> => {
    await delivery.stop();
    await journal.close();
  };
  return { dispatcher: new Dispatcher(protocols), close };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection whose request has just ended is idle again, and a client would keep it open.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const overdue = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(overdue);
}
