import type { SQSClient } from '@aws-sdk/client-sqs';

/** How much lies in a queue and in the queue of what kept failing. */
export interface QueueFigures {
  waiting: number;
  inFlight: number;
  dead?: number;
}

const ANSWER_MS = 900;

/** Looks at a queue and its dead-letter queue from outside. The SDK is loaded with the first look. */
export class QueueMonitor {
  private sqs?: SQSClient;

  constructor(
    private readonly options: {
      queueUrl: string;
      deadLetterUrl?: string | undefined;
      region: string;
      endpoint?: string | undefined;
    },
  ) {}

  /** Rejects when the queue cannot be reached within a second. */
  async figures(): Promise<QueueFigures> {
    const { queueUrl, deadLetterUrl } = this.options;
    const [queue, dead] = await Promise.all([
      this.lookAt(queueUrl),
      deadLetterUrl === undefined ? undefined : this.lookAt(deadLetterUrl),
    ]);
    return { ...queue, ...(dead && { dead: dead.waiting }) };
  }

  close(): void {
    this.sqs?.destroy();
  }

  private async lookAt(url: string): Promise<{ waiting: number; inFlight: number }> {
    const { GetQueueAttributesCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const { region, endpoint } = this.options;
    this.sqs ??= new SQSClient({
      region,
      maxAttempts: 1,
      ...(endpoint !== undefined && { endpoint, useQueueUrlAsEndpoint: false }),
    });
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
      { abortSignal: AbortSignal.timeout(ANSWER_MS) },
    );
    return {
      waiting: Number(Attributes['ApproximateNumberOfMessages']),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  }
}
