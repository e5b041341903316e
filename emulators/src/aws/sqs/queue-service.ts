import { randomUUID } from 'node:crypto';
import { queueArn, queueNameOf } from '../arn';
import { AnswerLost, AwsError } from '../aws-error';
import type { Faults } from '../faults';
import type { Message, MessageAttributes } from './message';
import type { Queue } from './queue';
import type { QueueRecord, QueueTable } from './queue-table';
import { parseReceiptHandle } from './receipt-handle';

interface Draft {
  body: string;
  attributes?: MessageAttributes;
  traceHeader?: string;
  /** Seconds; the queue's own delay when absent. */
  delaySeconds?: number;
}

/** How to receive: at most `max` messages, hidden for `visibilityMs`. */
interface ReceiveRequest {
  max: number;
  visibilityMs: number;
}

/** What may be done to messages. Every promise resolves once the change would survive a crash. */
export class QueueService {
  constructor(
    readonly table: QueueTable,
    readonly commit: (records: QueueRecord[]) => Promise<void>,
    private readonly faults: Faults,
  ) {}

  /** The records of one message to be sent: two of them when a duplicate is injected. */
  draft(queue: Queue, { delaySeconds, ...draft }: Draft): { id: string; records: QueueRecord[] } {
    const sentAt = Date.now();
    const delayMs = (delaySeconds ?? queue.number('DelaySeconds')) * 1000 + this.faults.delay();
    const message = { ...draft, id: randomUUID(), sentAt, visibleAt: sentAt + delayMs, receiveCount: 0 };
    const copies = this.faults.strikes('duplicate') ? 2 : 1;
    const records = Array.from({ length: copies }, (): QueueRecord => {
      return { type: 'sent', queue: queue.name, message: { key: this.table.nextKey(), ...message } };
    });
    return { id: message.id, records };
  }

  /** @returns the message id */
  async send(queue: Queue, draft: Draft): Promise<string> {
    const { id, records } = this.draft(queue, draft);
    await this.commit(records);
    if (this.faults.strikes('sendAckLost')) throw new AnswerLost();
    return id;
  }

  /** Messages that are visible now, with their state after this receive. */
  async receive(queue: Queue, request: ReceiveRequest): Promise<Message[]> {
    const at = Date.now();
    const { taken, records } = this.choose(queue, request.max, at);
    if (taken.length > 0) {
      const keys = taken.map(({ key }) => key);
      records.push({ type: 'received', queue: queue.name, keys, at, visibleAt: at + request.visibilityMs });
    }
    const committed = this.commit(records);
    // Copied before the wait, in which another receive may already count on.
    const messages = taken.map((message) => ({ ...message }));
    await committed;
    if (messages.length > 0 && this.faults.strikes('receiveLost')) throw new AnswerLost();
    return messages;
  }

  /** Deletes by the handle of the latest receive; an older handle changes nothing, which is no error either. */
  async delete(queue: Queue, handle: string): Promise<void> {
    const { key, receiveCount } = parseReceiptHandle(queue.name, handle);
    if (queue.messages.get(key)?.receiveCount !== receiveCount || this.faults.strikes('deleteLost')) return;
    await this.commit([{ type: 'deleted', queue: queue.name, keys: [key] }]);
  }

  async changeVisibility(queue: Queue, handle: string, seconds: number): Promise<void> {
    const { key, receiveCount } = parseReceiptHandle(queue.name, handle);
    const now = Date.now();
    const message = queue.messages.get(key);
    if (message?.receiveCount !== receiveCount || message.visibleAt <= now) {
      throw new AwsError('MessageNotInflight', 400, 'The specified message is not in flight.');
    }
    await this.commit([{ type: 'visibilityChanged', queue: queue.name, key, visibleAt: now + seconds * 1000 }]);
  }

  /** Up to `max` messages to hand out, and the records that clear the expired and the dead out of the way. */
  private choose(queue: Queue, max: number, now: number): { taken: Message[]; records: QueueRecord[] } {
    const taken: Message[] = [];
    const [expired, dead, postponed]: Message[][] = [[], [], []];
    const { redrive } = queue;
    const deadLetters = redrive && this.table.queues.get(queueNameOf(redrive.deadLetterTargetArn) ?? '');
    const oldest = now - queue.number('MessageRetentionPeriod') * 1000;
    for (const message of queue.visible(now)) {
      if (taken.length === max) break;
      if (message.sentAt < oldest) expired!.push(message);
      else if (deadLetters && redrive && message.receiveCount >= redrive.maxReceiveCount) dead!.push(message);
      else if (queue.readyCount - postponed!.length > 1 && this.faults.strikes('reorder')) postponed!.push(message);
      else taken.push(message);
    }
    for (const message of postponed!) queue.postpone(message);
    return { taken, records: [...removal(queue, expired!), ...(deadLetters ? burial(queue, deadLetters, dead!) : [])] };
  }
}

const keysOf = (messages: Message[]): number[] => messages.map(({ key }) => key);

function removal({ name }: Queue, messages: Message[]): QueueRecord[] {
  return messages.length === 0 ? [] : [{ type: 'deleted', queue: name, keys: keysOf(messages) }];
}

function burial({ name }: Queue, { name: to }: Queue, messages: Message[]): QueueRecord[] {
  if (messages.length === 0) return [];
  return [{ type: 'moved', from: name, to, keys: keysOf(messages), source: queueArn(name), at: Date.now() }];
}
