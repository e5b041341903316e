import type { Journaled } from './journal';
import { type TopicRecord, TopicTable } from './sns/topic-table';
import { type QueueRecord, QueueTable } from './sqs/queue-table';

export type BrokerRecord = QueueRecord | TopicRecord;

const TOPIC_RECORDS: ReadonlySet<string> = new Set<TopicRecord['type']>([
  'topicSaved',
  'topicDeleted',
  'subscriptionSaved',
  'subscriptionDeleted',
  'deliveryQueued',
  'deliveryEnded',
]);

/** Queues and topics share one journal, so a publish reaches all its queues in one append or none. */
export class Broker implements Journaled<BrokerRecord> {
  readonly queues = new QueueTable();
  readonly topics = new TopicTable();

  apply(record: BrokerRecord): void {
    if (isTopicRecord(record)) this.topics.apply(record);
    else this.queues.apply(record);
  }

  *snapshot(): Generator<BrokerRecord> {
    yield* this.queues.snapshot();
    yield* this.topics.snapshot();
  }
}

function isTopicRecord(record: BrokerRecord): record is TopicRecord {
  return TOPIC_RECORDS.has(record.type);
}
