import { setTimeout as pause } from 'node:timers/promises';
import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { runInContext, runInTrace } from '@polycloud/context';
import type { EventEnvelope } from '@polycloud/contracts';
import type { Logger } from '@polycloud/logger';
import { Histogram } from '@polycloud/lean/prom-client';
import { Consumer } from 'sqs-consumer';
import { eventOf } from './event';

const age = new Histogram({
  name: 'queue_message_age_seconds',
  help: 'How long ago that happened of which a message tells, when it is taken',
  buckets: [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
});

/** Takes one event in. Resolves when its effect is durable; rejects to have it delivered again. */
export type EventHandler = (event: EventEnvelope) => Promise<void>;

export interface QueueOptions {
  queueUrl: string;
  region: string;
  endpoint?: string | undefined;
}

const VISIBILITY_SECONDS = 30;
/** So long messages that were taken wait to be deleted, milliseconds. */
const DELETE_AFTER_MS = 2;

/** Reads a queue and hands each event on in the context of the request that caused it. */
export class SqsEventConsumer {
  private readonly sqs: SQSClient;
  private readonly consumer: Consumer;

  constructor(
    options: QueueOptions,
    handler: EventHandler,
    private readonly logger: Logger,
  ) {
    this.sqs = new SQSClient({
      region: options.region,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint, useQueueUrlAsEndpoint: false }),
    });
    this.consumer = Consumer.create({
      sqs: this.sqs,
      queueUrl: options.queueUrl,
      batchSize: 10,
      waitTimeSeconds: 20,
      visibilityTimeout: VISIBILITY_SECONDS,
      heartbeatInterval: VISIBILITY_SECONDS / 3,
      handleMessageBatch: (messages) => this.takeAll(messages, handler),
    });
    const warn = (error: Error) => this.logger.warn('the queue cannot be read, it will be tried again', { error });
    this.consumer.on('error', warn).on('processing_error', warn).on('timeout_error', warn);
  }

  start(): void {
    this.consumer.start();
  }

  /** Takes no more, and waits for what is in hand. */
  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.consumer.once('stopped', resolve));
    this.consumer.stop();
    await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
    this.sqs.destroy();
  }

  /** The messages that were taken: they are deleted together, with one call. */
  private async takeAll(messages: Message[], handler: EventHandler): Promise<Message[]> {
    const taken = await Promise.allSettled(messages.map((message) => this.take(message, handler)));
    // What they have set going says its first word before: putting the request together that deletes them holds the thread up.
    await pause(DELETE_AFTER_MS);
    return messages.filter((_, at) => taken[at]?.status === 'fulfilled');
  }

  private async take(message: Message, handler: EventHandler): Promise<void> {
    try {
      const event = eventOf(message.Body ?? '');
      age.observe(Math.max(0, Date.now() - Date.parse(event.occurredAt)) / 1000);
      await runInTrace(event.trace, () => runInContext({ requestId: event.requestId }, () => handler(event)));
    } catch (error) {
      this.logger.warn('message not taken, it will be delivered again', { error });
      throw error;
    }
  }
}
