import { randomBytes, randomUUID } from 'node:crypto';
import { queueNameOf } from '../arn';
import { AnswerLost, AwsError } from '../aws-error';
import type { BrokerRecord } from '../broker';
import type { Faults } from '../faults';
import type { QueueService } from '../sqs/queue-service';
import type { EnvelopeWriter, Publication } from './envelope';
import type { HttpDelivery } from './http-delivery';
import type { Delivery, Subscription, Topic, TopicTable } from './topic-table';

/** What topics need of the world around them. */
interface TopicSurroundings {
  queues: QueueService;
  commit: (records: BrokerRecord[]) => Promise<void>;
  envelopes: EnvelopeWriter;
  delivery: HttpDelivery;
  faults: Faults;
}

/** What may be done to topics. Every promise resolves once the change would survive a crash. */
export class TopicService {
  constructor(
    readonly table: TopicTable,
    private readonly around: TopicSurroundings,
  ) {}

  get commit(): (records: BrokerRecord[]) => Promise<void> {
    return this.around.commit;
  }

  /** Subscribing the same endpoint again answers the same subscription; a queue needs no confirmation. */
  async subscribe(topic: Topic, wanted: Pick<Subscription, 'protocol' | 'endpoint' | 'attributes'>): Promise<Subscription> {
    const { protocol, endpoint, attributes } = wanted;
    const existing = this.table.subscriptionsOf(topic).find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (existing && Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value)) {
      throw new AwsError('InvalidParameter', 400, 'Subscription already exists with different attributes');
    }
    if (existing?.confirmed) return existing;
    const fresh = { arn: `${topic.arn}:${randomUUID()}`, topicArn: topic.arn, token: randomBytes(64).toString('hex') };
    const subscription = existing ?? { ...fresh, protocol, endpoint, attributes, confirmed: protocol === 'sqs' };
    const deliveries = subscription.confirmed ? [] : [this.confirmationOf(topic, subscription)];
    await this.commit([{ type: 'subscriptionSaved', subscription }, ...deliveries.map(queued)]);
    this.around.delivery.start(deliveries);
    return subscription;
  }

  /** Confirming twice is harmless. */
  async confirm(topicArn: string, token: string): Promise<Subscription> {
    const candidates = this.table.subscriptionsOf(this.table.topic(topicArn));
    const subscription = candidates.find((one) => one.token === token && one.protocol !== 'sqs');
    if (!subscription) throw new AwsError('InvalidParameter', 400, 'Invalid token');
    if (!subscription.confirmed)
      await this.commit([{ type: 'subscriptionSaved', subscription: { ...subscription, confirmed: true } }]);
    return subscription;
  }

  /** Hands the publication to every confirmed subscription in one append. @returns the message id */
  async publish(topic: Topic, publication: Publication): Promise<string> {
    const messageId = randomUUID();
    const subscriptions = this.table.subscriptionsOf(topic).filter(({ confirmed }) => confirmed);
    const envelope = this.lazyEnvelope(topic, messageId, publication);
    const toQueues = subscriptions
      .filter(({ protocol }) => protocol === 'sqs')
      .flatMap((one) => this.toQueue(one, publication, envelope));
    const deliveries = subscriptions
      .filter(({ protocol }) => protocol !== 'sqs')
      .map((one) => notificationOf(one, messageId, isRaw(one) ? publication.message : envelope(one)));
    await this.commit([...toQueues, ...deliveries.map(queued)]);
    this.around.delivery.start(deliveries);
    if (this.around.faults.strikes('sendAckLost')) throw new AnswerLost();
    return messageId;
  }

  /** Signing is the dear part, so it is done once, and only for who gets an envelope. */
  private lazyEnvelope(topic: Topic, messageId: string, publication: Publication): (subscription: Subscription) => string {
    let write: ((subscription: Subscription) => string) | undefined;
    return (subscription) => (write ??= this.around.envelopes.notification(topic, messageId, publication))(subscription);
  }

  private toQueue(
    subscription: Subscription,
    { message, attributes }: Publication,
    envelope: (one: Subscription) => string,
  ): BrokerRecord[] {
    const queue = this.around.queues.table.queues.get(queueNameOf(subscription.endpoint) ?? '');
    // As in SNS: a queue that is gone gets nothing, and a raw message with more attributes than a queue takes is dropped.
    if (!queue || (isRaw(subscription) && Object.keys(attributes).length > 10)) return [];
    const draft = isRaw(subscription) ? { body: message, attributes } : { body: envelope(subscription) };
    return this.around.queues.draft(queue, draft).records;
  }

  private confirmationOf(topic: Topic, subscription: Subscription): Delivery {
    const { messageId, body } = this.around.envelopes.confirmation(topic, subscription);
    return { ...notificationOf(subscription, messageId, body), messageType: 'SubscriptionConfirmation', raw: false };
  }
}

const isRaw = ({ attributes }: Subscription): boolean => attributes.RawMessageDelivery === 'true';

const queued = (delivery: Delivery): BrokerRecord => ({ type: 'deliveryQueued', delivery });

function notificationOf(subscription: Subscription, messageId: string, body: string): Delivery {
  return {
    id: randomUUID(),
    subscriptionArn: subscription.arn,
    messageType: 'Notification',
    messageId,
    body,
    raw: isRaw(subscription),
  };
}
