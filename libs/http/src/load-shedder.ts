import type { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '@polycloud/contracts';
import { Counter } from '@polycloud/lean/prom-client';
import { PROBES } from './health';
import { PROBLEM_HEADERS, problemBody } from './problem';
import { requestIdOf } from './request-id';

/** Most requests under way, whatever the machine. */
const MOST = 512;
/** So many may be under way even while the event loop is late. */
const LEAST = 64;
const TICK_MS = 50;
/** A loop that is this late makes everyone wait, milliseconds. */
const LATE_MS = 250;
/** Writes were begun by somebody who waits for their effect, so reads give way first. */
const ROOM_FOR_WRITES = 1.25;

const shed = new Counter({ name: 'http_server_shed_requests_total', help: 'Requests refused before their body was read' });

const STREAMS = 'streams-events';

/** Says that a response has become a stream of events, which may stay open for long without work. */
export const streamsEvents = (response: EventEmitter): void => void response.emit(STREAMS);

/** Calls `leave` once, when the response has ended or has become a stream of events. */
export function onceWorkEnds(response: EventEmitter, leave: () => void): void {
  let ended = false;
  const end = () => {
    if (!ended) leave();
    ended = true;
  };
  response.once('close', end).once(STREAMS, end);
}

const REFUSAL = new AppError('UNAVAILABLE', 'More requests are under way than can be answered in time', {
  retryAfter: 1,
  hint: 'Try again in a moment',
});

/**
 * Bounds how many requests are under way: to few while the event loop is late, which is how overload shows itself in a
 * single-threaded process, to many otherwise. The rest is refused at once, before a body is read, so that what is taken
 * is answered in time. Streams of events do not count: they wait, they do not work.
 *
 * It stands before Express, and a refusal is counted but leaves no line: under overload each takes from those who are served.
 */
export class LoadShedder {
  private inFlight = 0;
  private lastTick = performance.now();
  private readonly timer = setInterval(() => (this.lastTick = performance.now()), TICK_MS).unref();

  /** @param origins pages of these may read a refusal. */
  constructor(private readonly origins: readonly string[] = []) {}

  /** `app`, behind the shedder. */
  guard(app: RequestListener): RequestListener {
    return (request, response) => {
      if (PROBES.has(request.url ?? '')) return app(request, response);
      if (this.inFlight >= this.room() * (request.method === 'GET' ? 1 : ROOM_FOR_WRITES)) return this.refuse(request, response);
      this.inFlight++;
      onceWorkEnds(response, () => this.inFlight--);
      app(request, response);
    };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private refuse({ headers }: IncomingMessage, response: ServerResponse): void {
    shed.inc();
    const { origin = '' } = headers;
    const requestId = requestIdOf(headers['x-request-id']);
    const body = JSON.stringify(problemBody(REFUSAL, REFUSAL.status, requestId));
    response.writeHead(REFUSAL.status, {
      ...{ ...REFUSAL.headers, ...PROBLEM_HEADERS, 'X-Request-Id': requestId, 'Content-Length': Buffer.byteLength(body) },
      ...(this.origins.includes(origin) && {
        ...{ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': 'Retry-After,X-Request-Id' },
        Vary: 'Origin',
      }),
    });
    response.end(body);
  }

  /** The tick that is overdue tells that the loop is late while it still is, not when it has caught up. */
  private room(): number {
    return performance.now() - this.lastTick > TICK_MS + LATE_MS ? LEAST : MOST;
  }
}
