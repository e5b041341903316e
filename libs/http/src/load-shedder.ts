import type { EventEmitter } from 'node:events';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { AppError } from '@polycloud/contracts';
import type { RequestHandler } from 'express';
import { Counter } from 'prom-client';

const FIRST_LIMIT = 256;
const LEAST = 32;
const MOST = 1_024;
const LOOK_MS = 250;
/** Delay of the event loop (p99) from which the process counts as overloaded, nanoseconds. */
const OVERLOADED_NS = 100e6;
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

/**
 * Bounds how many requests are under way. The bound falls by a tenth while the event loop is late and rises again while
 * it is on time (additive increase, multiplicative decrease), so a process takes what it can finish and refuses the rest
 * at once, before a body is read. Streams of events do not count: they wait, they do not work.
 */
export class LoadShedder {
  private inFlight = 0;
  private limit = FIRST_LIMIT;
  private reached = false;
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.delay.enable();
    this.timer = setInterval(() => this.adjust(), LOOK_MS).unref();
  }

  readonly enter: RequestHandler = (request, response, next) => {
    const room = request.method === 'GET' ? this.limit : this.limit * ROOM_FOR_WRITES;
    if (this.inFlight >= room) {
      shed.inc();
      this.reached = true;
      throw new AppError('UNAVAILABLE', 'More requests are under way than can be answered in time', {
        retryAfter: 1,
        hint: 'Try again in a moment',
      });
    }
    this.inFlight++;
    onceWorkEnds(response, () => this.inFlight--);
    next();
  };

  close(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  private adjust(): void {
    const late = this.delay.percentile(99) > OVERLOADED_NS;
    this.delay.reset();
    if (late) this.limit = Math.max(LEAST, this.limit * 0.9);
    else if (this.reached) this.limit = Math.min(MOST, this.limit + 8);
    this.reached = false;
  }
}
