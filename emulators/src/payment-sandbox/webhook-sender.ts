import { createHmac } from 'node:crypto';
import type { Charge, ChargeEvent, DeliveryTry, LedgerLine } from './charge';
import type { Journal } from './journal';
import { behaviourOf } from './sources';

const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

interface WebhookOptions {
  secret: string;
  /** Where events go whose charge names no address of its own. */
  url?: string | undefined;
  /** Pause before the second try; it doubles with every further one. */
  firstPauseMs: number;
}

interface Delivery {
  event: ChargeEvent;
  url: string;
  tries: number;
}

/** Posts each event, signed, again and again until its receiver answers 2xx. How far it came is kept in the ledger. */
export class WebhookSender {
  private readonly queue: Delivery[] = [];
  private readonly held = new Map<string, Delivery>();
  private readonly active = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly options: WebhookOptions,
    private readonly journal: Journal<LedgerLine>,
  ) {}

  /** Takes up what an earlier process left undelivered. */
  resume(events: ChargeEvent[], tries: DeliveryTry[]): void {
    const delivered = new Set(tries.filter((item) => item.delivered).map((item) => item.eventId));
    const counts = new Map<string, number>();
    for (const { eventId } of tries) counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
    for (const event of events) {
      const delivery = this.deliveryOf(event, counts.get(event.id) ?? 0);
      if (delivery && !delivered.has(event.id)) this.queue.push(delivery);
    }
    this.kick();
  }

  enqueue(event: ChargeEvent): void {
    const delivery = this.deliveryOf(event, 0);
    if (!delivery) return;
    const overtaken = event.type === 'charge.created' && webhookOf(event.charge) === 'disordered';
    if (overtaken) this.held.set(event.charge.id, delivery);
    else this.queue.push(delivery);
  }

  /** Starts what waits. The events must be durable by now. */
  kick(): void {
    while (!this.stopping.signal.aborted && this.active.size < AT_ONCE && this.queue.length > 0) {
      const run = this.deliver(this.queue.shift()!).finally(() => {
        this.active.delete(run);
        this.kick();
      });
      this.active.add(run);
    }
  }

  /** The same, and resolves when all of it was tried. */
  async sent(): Promise<void> {
    this.kick();
    await this.settled();
  }

  /** Resolves when everything under way was tried. */
  async settled(): Promise<void> {
    while (this.active.size > 0) await Promise.all(this.active);
  }

  /** Breaks off what is under way: it counts as not delivered, and is sent after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
    await this.settled();
  }

  private deliveryOf(event: ChargeEvent, tries: number): Delivery | undefined {
    const url = event.charge.webhookUrl ?? this.options.url;
    return url === undefined ? undefined : { event, url, tries };
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { event } = delivery;
    const answer = await this.post(delivery);
    if (webhookOf(event.charge) === 'doubled') await this.post(delivery);
    const delivered = /^2\d\d$/.test(answer);
    this.journal.append({ kind: 'delivery', eventId: event.id, delivered, answer, at: new Date().toISOString() });
    await this.journal.durable();
    this.release(event.charge.id);
    if (!delivered) this.retry({ ...delivery, tries: delivery.tries + 1 });
  }

  private async post({ event, url }: Delivery): Promise<string> {
    const body = JSON.stringify({ id: event.id, type: event.type, createdAt: event.createdAt, data: shown(event.charge) });
    const headers = { 'content-type': 'application/json', 'sandbox-signature': sign(body, this.options.secret) };
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
      await answer.body?.cancel();
      return String(answer.status);
    } catch (error) {
      return String(error);
    }
  }

  private release(chargeId: string): void {
    const late = this.held.get(chargeId);
    if (late) this.queue.push(late);
    this.held.delete(chargeId);
  }

  private retry(delivery: Delivery): void {
    if (this.stopping.signal.aborted) return;
    const pause = Math.min(this.options.firstPauseMs * 2 ** (delivery.tries - 1), LONGEST_PAUSE_MS);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.queue.push(delivery);
      this.kick();
    }, pause);
    this.timers.add(timer);
  }
}

const webhookOf = (charge: Charge) => behaviourOf(charge.source)?.webhook;

/** A charge as the outside sees it. */
export const shown = ({ fingerprint: _, ...charge }: Charge) => charge;

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export function sign(body: string, secret: string, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
