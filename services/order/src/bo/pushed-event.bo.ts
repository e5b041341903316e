import { AppError } from '@polycloud/contracts';
import { eventOf, type SnsSubscriptions } from '@polycloud/messaging';
import type { Logger } from '@polycloud/logger';
import type { SnsMessageVerifier } from '@polycloud/webhook';
import type { WorkerBo } from './worker.bo';

/** Events that SNS pushes over HTTP: the second door to the worker. Nothing is believed before its signature is checked. */
export class PushedEventBo {
  constructor(
    private readonly verifier: SnsMessageVerifier,
    private readonly subscriptions: SnsSubscriptions,
    private readonly workerBo: WorkerBo,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the event is durably in hand; SNS repeats what is answered 5xx. */
  async take(rawBody: string): Promise<void> {
    const message = await this.verifier.verify(rawBody);
    if (message.type === 'SubscriptionConfirmation') {
      await this.subscriptions.confirm(this.verifier.confirmSubscription(message));
    } else if (message.type === 'Notification') {
      await this.workerBo.take(parsed(message.message));
    } else {
      // Never undone by itself: who unsubscribed may have had a reason.
      this.logger.error('the topic was unsubscribed from this endpoint', { topicArn: message.topicArn });
    }
  }
}

function parsed(message: string) {
  try {
    return eventOf(message);
  } catch (cause) {
    throw new AppError('VALIDATION_FAILED', 'The notification carries no event of this system', { cause });
  }
}
