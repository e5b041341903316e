import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerRecord } from '../broker';
import type { Delivery, Subscription, TopicTable } from './topic-table';

const ANSWER_TIMEOUT_MS = 15_000;
const DEFAULT_RETRIES = 3;
const DEFAULT_DELAY_SECONDS = 20;

/** Posts what HTTP subscribers are owed, with the retries of SNS; what a stop interrupts is begun again at the next start. */
export class HttpDelivery {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly topics: TopicTable,
    private readonly commit: (records: BrokerRecord[]) => Promise<void>,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** Takes up what was left open. */
  resume(): void {
    this.start([...this.topics.deliveries.values()]);
  }

  /** Begins deliveries that are already durable. */
  start(deliveries: Delivery[]): void {
    for (const delivery of deliveries) {
      const run = this.deliver(delivery)
        .catch((error: unknown) => {
          if (!this.stopping.signal.aborted) throw error;
        })
        .finally(() => this.running.delete(run));
      this.running.add(run);
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const subscription = this.topics.subscriptions.get(delivery.subscriptionArn);
    if (subscription) await this.attempt(delivery, subscription);
    await this.commit([{ type: 'deliveryEnded', id: delivery.id }]);
  }

  private async attempt(delivery: Delivery, subscription: Subscription): Promise<void> {
    const { retries, delayMs } = retryPolicy(subscription);
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) await sleep(delayMs, undefined, { signal: this.stopping.signal });
      const status = await this.post(delivery, subscription);
      this.stopping.signal.throwIfAborted();
      const again = status === undefined || status >= 500 || status === 429;
      if (!again) return;
    }
  }

  /** @returns the status, undefined when there was no answer */
  private async post(delivery: Delivery, { topicArn, endpoint }: Subscription): Promise<number | undefined> {
    const { messageType, messageId, subscriptionArn, body, raw } = delivery;
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': messageType,
      'x-amz-sns-message-id': messageId,
      'x-amz-sns-topic-arn': topicArn,
      ...(messageType === 'Notification' && { 'x-amz-sns-subscription-arn': subscriptionArn }),
      ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
    };
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    try {
      const response = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined;
    }
  }
}

/** Number of retries and the pause before each, from the DeliveryPolicy of the subscription or the defaults of SNS. */
function retryPolicy({ attributes }: Subscription): { retries: number; delayMs: number } {
  const policy = JSON.parse(attributes.DeliveryPolicy ?? '{}') as {
    healthyRetryPolicy?: { numRetries?: number; minDelayTarget?: number };
  };
  const { numRetries = DEFAULT_RETRIES, minDelayTarget = DEFAULT_DELAY_SECONDS } = policy.healthyRetryPolicy ?? {};
  return { retries: numRetries, delayMs: minDelayTarget * 1000 };
}
