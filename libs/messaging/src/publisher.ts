import type { SNSClient } from '@aws-sdk/client-sns';

/** One event on its way out. */
export interface OutboundEvent {
  eventId: string;
  payload: string;
}

/** Hands events to whatever carries them. */
export interface Publisher {
  /** The ids that were taken; the others must be tried again. */
  publish(events: OutboundEvent[]): Promise<Set<string>>;
  close(): void;
}

const BATCH = 10;

/** Publishes to an SNS topic, ten at a time. A batch may succeed in part. The SDK is loaded with the first event. */
export class SnsPublisher implements Publisher {
  private sns?: SNSClient;

  constructor(private readonly options: { topicArn: string; region: string; endpoint?: string | undefined }) {}

  async publish(events: OutboundEvent[]): Promise<Set<string>> {
    const taken = new Set<string>();
    for (let at = 0; at < events.length; at += BATCH) {
      for (const eventId of await this.publishBatch(events.slice(at, at + BATCH))) taken.add(eventId);
    }
    return taken;
  }

  private async publishBatch(events: OutboundEvent[]): Promise<string[]> {
    const entries = events.map(({ eventId, payload }) => ({ Id: eventId, Message: asciiJson(payload) }));
    const { PublishBatchCommand, SNSClient } = await import('@aws-sdk/client-sns');
    const { topicArn, region, endpoint } = this.options;
    this.sns ??= new SNSClient({ region, maxAttempts: 2, ...(endpoint !== undefined && { endpoint }) });
    const { Successful = [] } = await this.sns.send(
      new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }),
      { abortSignal: AbortSignal.timeout(10_000) },
    );
    return Successful.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
  }

  close(): void {
    this.sns?.destroy();
  }
}

/** The same JSON in ASCII, since not every queue takes every character. */
const asciiJson = (json: string) =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
