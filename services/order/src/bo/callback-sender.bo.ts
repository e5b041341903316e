import type { Caller } from '@polycloud/auth';
import { runInContext, runInTrace } from '@polycloud/context';
import type { users } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { type GuardedSender, signWebhook } from '@polycloud/webhook';
import type { CallbackDao, ClaimedDelivery } from '../dao/callback.dao';
import { Counter } from 'prom-client';
import { afterTry } from './callback-schedule';

const triesMade = new Counter({ name: 'callback_tries_total', help: 'Tries of callbacks by outcome', labelNames: ['outcome'] });

const SWEEP_MS = 1_000;
const BATCH = 20;

/** Sends the callbacks that are due, signed with their owner's secret, and records every try. */
export class CallbackSenderBo {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly callbackDao: CallbackDao,
    private readonly userApi: ClientOf<typeof users>,
    private readonly sender: GuardedSender,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.kick(), SWEEP_MS * (0.9 + Math.random() / 5));
  }

  /** A callback was stored. */
  kick(): void {
    this.running ??= this.sendDue().finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.sender.close();
  }

  private async sendDue(): Promise<void> {
    try {
      const due = await this.callbackDao.claimDue(BATCH);
      await Promise.all(due.map((delivery) => this.asPartOfItsRequest(delivery)));
    } catch (error) {
      this.logger.warn('callbacks cannot be sent, will be tried again', { error });
    }
  }

  private asPartOfItsRequest(delivery: ClaimedDelivery): Promise<void> {
    const trace = delivery.traceparent === null ? undefined : { traceparent: delivery.traceparent };
    return runInTrace(trace, () => runInContext({ requestId: delivery.requestId }, () => this.send(delivery)));
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { deliveryId, tries, url, body } = delivery;
    const secret = await this.secretOf(delivery.userId);
    const signed = signWebhook({ id: deliveryId, timestamp: new Date(), body, secrets: [secret] });
    const headers = {
      ...signed,
      'content-type': 'application/json',
      'user-agent': 'Polycloud-Callback/1',
      'x-request-id': delivery.requestId,
    };
    const result = await this.sender.send({ url, headers, body });
    const answered = result.outcome === 'answered';
    const attempt = answered ? { status: result.status, ms: result.ms } : { error: result.reason, ms: result.ms };
    const next = afterTry(tries, answered ? result : {});
    triesMade.inc({ outcome: typeof next === 'string' ? next : 'retry' });
    await this.callbackDao.record(deliveryId, attempt, next);
    if (next === 'failed') this.logger.warn('callback given up', { deliveryId, tries, ...attempt });
  }

  private async secretOf(userId: string): Promise<string> {
    const owner: Caller = { userId, roles: ['customer'], cloud: null };
    const { settings } = await this.userApi.details({ onBehalfOf: owner });
    return settings.webhookSecret;
  }
}
