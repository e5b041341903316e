import type { Caller } from '@polycloud/auth';
import { runInContext, runInTrace } from '@polycloud/context';
import type { users } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import type { Logger } from '@polycloud/logger';
import { type GuardedSender, signWebhook } from '@polycloud/webhook';
import type { CallbackDao, ClaimedDelivery } from '../dao/callback.dao';
import { Counter } from '@polycloud/lean/prom-client';
import { afterTry } from './callback-schedule';

const triesMade = new Counter({ name: 'callback_tries_total', help: 'Tries of callbacks by outcome', labelNames: ['outcome'] });

const SWEEP_MS = 1_000;
/** Callbacks that are sent side by side, and of one user's: a receiver that never answers holds up no others. */
const SIDE_BY_SIDE = 32;
const USER_SHARE = 4;

/** Sends the callbacks that are due, signed with their owner's secret, and records every try. */
export class CallbackSenderBo {
  private timer?: NodeJS.Timeout;
  private claiming?: Promise<void>;
  /** What is being sent, by its user. */
  private readonly sending = new Map<Promise<void>, string>();
  private stopped = false;

  constructor(
    private readonly callbackDao: CallbackDao,
    private readonly userApi: ClientOf<typeof users>,
    private readonly sender: GuardedSender,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.kick(), SWEEP_MS * (0.9 + Math.random() / 5));
  }

  /** A callback was stored, or a hand is free. */
  kick(): void {
    const free = SIDE_BY_SIDE - this.sending.size;
    if (free === 0 || this.stopped) return;
    this.claiming ??= this.sendDue(free).finally(() => (this.claiming = undefined));
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopped = true;
    await this.claiming;
    await Promise.all(this.sending.keys());
    await this.sender.close();
  }

  private async sendDue(free: number): Promise<void> {
    try {
      const due = await this.callbackDao.claimDue({ free, share: USER_SHARE, held: countsOf(this.sending.values()) });
      due.forEach((delivery) => this.take(delivery));
    } catch (error) {
      this.logger.warn('callbacks cannot be claimed, will be tried again', { error });
    }
  }

  /** What cannot even be tried counts as no try: it is due again when its lease is over. */
  private take(delivery: ClaimedDelivery): void {
    const { userId, deliveryId } = delivery;
    const sending = this.asPartOfItsRequest(delivery)
      .catch((error: unknown) => this.logger.warn('callback cannot be sent, will be tried again', { deliveryId, error }))
      .finally(() => {
        this.sending.delete(sending);
        this.kick();
      });
    this.sending.set(sending, userId);
  }

  private asPartOfItsRequest(delivery: ClaimedDelivery): Promise<void> {
    const trace = delivery.traceparent === null ? undefined : { traceparent: delivery.traceparent };
    return runInTrace(trace, () => runInContext({ requestId: delivery.requestId }, () => this.send(delivery)));
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { deliveryId, url, body } = delivery;
    const tries = delivery.tries + 1;
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
    else this.logger.info('callback tried', { deliveryId, tries, ...attempt });
  }

  private async secretOf(userId: string): Promise<string> {
    const owner: Caller = { userId, roles: ['customer'], cloud: null };
    const { settings } = await this.userApi.details({ onBehalfOf: owner });
    return settings.webhookSecret;
  }
}

function countsOf(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
