import { EventEmitter } from 'node:events';
import type { Message } from './message';
import { TimeHeap } from './time-heap';

export type QueueAttributes = Record<string, string>;

/** The messages of one queue in memory: which are ready, and when the others will be. It decides nothing about durability. */
export class Queue {
  readonly messages = new Map<number, Message>();
  /** Emits `arrival` when a message may have become visible. */
  readonly events = new EventEmitter().setMaxListeners(0);
  private readonly ready = new Set<number>();
  private readonly hidden = new TimeHeap();

  constructor(
    readonly name: string,
    public attributes: QueueAttributes,
    readonly createdAt: number,
  ) {}

  /** An attribute that is a number. */
  number(name: string): number {
    return Number(this.attributes[name]);
  }

  get redrive(): { deadLetterTargetArn: string; maxReceiveCount: number } | undefined {
    const policy = this.attributes.RedrivePolicy;
    return policy ? (JSON.parse(policy) as { deadLetterTargetArn: string; maxReceiveCount: number }) : undefined;
  }

  add(message: Message): void {
    this.messages.set(message.key, message);
    this.schedule(message);
  }

  remove(key: number): Message | undefined {
    const message = this.messages.get(key);
    this.messages.delete(key);
    this.ready.delete(key);
    return message;
  }

  clear(): void {
    this.messages.clear();
    this.ready.clear();
  }

  /** To be called after `visibleAt` of a message changed. */
  schedule(message: Message): void {
    this.ready.delete(message.key);
    this.hidden.push({ at: message.visibleAt, key: message.key });
    this.events.emit('arrival');
  }

  /** Visible messages, the longest waiting first. */
  *visible(now: number): Generator<Message> {
    this.surface(now);
    for (const key of this.ready) yield this.messages.get(key)!;
  }

  /** Puts a visible message behind the others. */
  postpone(message: Message): void {
    this.ready.delete(message.key);
    this.ready.add(message.key);
  }

  get readyCount(): number {
    return this.ready.size;
  }

  /** When the next hidden message may turn visible. */
  nextVisibleAt(): number {
    return this.hidden.first?.at ?? Infinity;
  }

  counts(now: number): { visible: number; inFlight: number; delayed: number } {
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const message of this.messages.values()) {
      counts[message.visibleAt <= now ? 'visible' : message.receiveCount > 0 ? 'inFlight' : 'delayed']++;
    }
    return counts;
  }

  private surface(now: number): void {
    while (this.nextVisibleAt() <= now) {
      const { at, key } = this.hidden.pop()!;
      // An entry that a later visibility or a deletion overtook no longer matches its message.
      if (this.messages.get(key)?.visibleAt === at) this.ready.add(key);
    }
  }
}
