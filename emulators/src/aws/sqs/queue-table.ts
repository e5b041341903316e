import { AwsError } from '../aws-error';
import type { Message } from './message';
import { Queue, type QueueAttributes } from './queue';

/** What can happen to queues; the journal keeps exactly these. */
export type QueueRecord =
  | { type: 'queueSaved'; name: string; attributes: QueueAttributes; createdAt: number }
  | { type: 'queueDeleted'; name: string }
  | { type: 'sent'; queue: string; message: Message }
  | { type: 'received'; queue: string; keys: number[]; at: number; visibleAt: number }
  | { type: 'visibilityChanged'; queue: string; key: number; visibleAt: number }
  | { type: 'deleted'; queue: string; keys: number[] }
  | { type: 'moved'; from: string; to: string; keys: number[]; source?: string; at: number }
  | { type: 'purged'; queue: string };

/** All queues, built up from records. */
export class QueueTable {
  readonly queues = new Map<string, Queue>();
  private lastKey = 0;

  find(name: string): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
    return queue;
  }

  nextKey(): number {
    return ++this.lastKey;
  }

  *snapshot(): Generator<QueueRecord> {
    for (const { name, attributes, createdAt, messages } of this.queues.values()) {
      yield { type: 'queueSaved', name, attributes, createdAt };
      for (const message of messages.values()) yield { type: 'sent', queue: name, message };
    }
  }

  apply(record: QueueRecord): void {
    if (record.type === 'queueSaved') return this.save(record);
    if (record.type === 'moved') return this.move(record);
    const queue = this.queues.get(record.type === 'queueDeleted' ? record.name : record.queue);
    // A queue may be deleted between a request's decision and its record.
    if (queue) this.change(queue, record);
  }

  private change(queue: Queue, record: Exclude<QueueRecord, { type: 'queueSaved' | 'moved' }>): void {
    switch (record.type) {
      case 'queueDeleted':
        this.queues.delete(record.name);
        queue.events.emit('arrival');
        return;
      case 'sent':
        this.lastKey = Math.max(this.lastKey, record.message.key);
        return queue.add(record.message);
      case 'received':
        return record.keys.forEach((key) => receive(queue, key, record));
      case 'visibilityChanged':
        return reschedule(queue, record.key, record.visibleAt);
      case 'deleted':
        return record.keys.forEach((key) => queue.remove(key));
      case 'purged':
        return queue.clear();
    }
  }

  private save({ name, attributes, createdAt }: { name: string; attributes: QueueAttributes; createdAt: number }): void {
    const queue = this.queues.get(name);
    if (queue) queue.attributes = attributes;
    else this.queues.set(name, new Queue(name, attributes, createdAt));
  }

  private move({ from, to, keys, source, at }: Extract<QueueRecord, { type: 'moved' }>): void {
    const target = this.queues.get(to);
    for (const key of keys) {
      const message = this.queues.get(from)?.remove(key);
      if (!message) continue;
      const { firstReceivedAt: _, deadLetterSource: __, ...rest } = message;
      target?.add({ ...rest, receiveCount: 0, visibleAt: at, ...(source && { deadLetterSource: source }) });
    }
  }
}

function receive(queue: Queue, key: number, { at, visibleAt }: { at: number; visibleAt: number }): void {
  const message = queue.messages.get(key);
  if (!message) return;
  message.receiveCount++;
  message.firstReceivedAt ??= at;
  reschedule(queue, key, visibleAt);
}

function reschedule(queue: Queue, key: number, visibleAt: number): void {
  const message = queue.messages.get(key);
  if (!message) return;
  message.visibleAt = visibleAt;
  queue.schedule(message);
}
