import { streamsEvents } from './shedding/work-ends';
import { StreamReply } from './reply';

/** One Server-Sent Event; `id` comes back as Last-Event-ID when the client reconnects. */
export interface ServerSentEvent {
  id: string;
  event: string;
  data: unknown;
}

const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a client reconnects. */
const RECONNECT_MS = 2_000;

/** Streams states as Server-Sent Events until their source ends. The state that the client saw last is not sent again. */
export function eventStream<T>(
  lastEventId: string | string[] | undefined,
  source: (signal: AbortSignal) => AsyncIterable<T>,
  toEvent: (state: T) => ServerSentEvent,
): StreamReply {
  return new StreamReply(async (response, signal) => {
    response.status(200).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-cache, no-transform');
    response.setHeader('X-Accel-Buffering', 'no');
    streamsEvents(response);
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS);
    try {
      for await (const state of source(signal)) {
        const { id, event, data } = toEvent(state);
        if (id !== lastEventId) response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      }
    } finally {
      clearInterval(heartbeat);
      response.end();
    }
  });
}
