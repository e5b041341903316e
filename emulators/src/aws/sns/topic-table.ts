import { AwsError } from '../aws-error';

export interface Topic {
  arn: string;
  attributes: Record<string, string>;
}

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: 'sqs' | 'http' | 'https';
  /** ARN of a queue, or a URL. */
  endpoint: string;
  attributes: Record<string, string>;
  confirmed: boolean;
  /** What the owner of the endpoint gives back to confirm. */
  token: string;
}

/** One POST that a subscriber has yet to accept. */
export interface Delivery {
  id: string;
  subscriptionArn: string;
  messageType: 'Notification' | 'SubscriptionConfirmation';
  messageId: string;
  body: string;
  raw: boolean;
}

/** What can happen to topics; the journal keeps exactly these. */
export type TopicRecord =
  | { type: 'topicSaved'; topic: Topic }
  | { type: 'topicDeleted'; arn: string }
  | { type: 'subscriptionSaved'; subscription: Subscription }
  | { type: 'subscriptionDeleted'; arn: string }
  | { type: 'deliveryQueued'; delivery: Delivery }
  | { type: 'deliveryEnded'; id: string };

/** All topics with their subscriptions and open deliveries, built up from records. */
export class TopicTable {
  readonly topics = new Map<string, Topic>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly deliveries = new Map<string, Delivery>();

  topic(arn: string): Topic {
    const topic = this.topics.get(arn);
    if (!topic) throw new AwsError('NotFound', 404, 'Topic does not exist');
    return topic;
  }

  subscription(arn: string): Subscription {
    const subscription = this.subscriptions.get(arn);
    if (!subscription) throw new AwsError('NotFound', 404, 'Subscription does not exist');
    return subscription;
  }

  subscriptionsOf({ arn }: Topic): Subscription[] {
    return [...this.subscriptions.values()].filter(({ topicArn }) => topicArn === arn);
  }

  *snapshot(): Generator<TopicRecord> {
    for (const topic of this.topics.values()) yield { type: 'topicSaved', topic };
    for (const subscription of this.subscriptions.values()) yield { type: 'subscriptionSaved', subscription };
    for (const delivery of this.deliveries.values()) yield { type: 'deliveryQueued', delivery };
  }

  apply(record: TopicRecord): void {
    switch (record.type) {
      case 'topicSaved':
        this.topics.set(record.topic.arn, record.topic);
        return;
      case 'topicDeleted':
        for (const { arn, topicArn } of this.subscriptions.values()) if (topicArn === record.arn) this.subscriptions.delete(arn);
        this.topics.delete(record.arn);
        return;
      case 'subscriptionSaved':
        this.subscriptions.set(record.subscription.arn, record.subscription);
        return;
      case 'subscriptionDeleted':
        this.subscriptions.delete(record.arn);
        return;
      case 'deliveryQueued':
        this.deliveries.set(record.delivery.id, record.delivery);
        return;
      case 'deliveryEnded':
        this.deliveries.delete(record.id);
    }
  }
}
