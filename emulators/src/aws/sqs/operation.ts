import type { Input } from './input';
import type { Queue } from './queue';
import type { QueueService } from './queue-service';

/** What an operation works with, besides its input. */
export interface QueueContext {
  service: QueueService;
  /** Base of queue URLs, without a slash at the end. */
  url: string;
  /** Aborted when the caller hung up or the emulator stops. */
  gone: AbortSignal;
}

export type QueueOperation = (input: Input, context: QueueContext) => Promise<object> | object;

/** The queue a request names by its URL; only the last segment counts, so a URL outlives a change of port. */
export function queueOf(input: Input, { service }: QueueContext): Queue {
  const url = input.text('QueueUrl');
  return service.table.find(url.slice(url.lastIndexOf('/') + 1));
}
