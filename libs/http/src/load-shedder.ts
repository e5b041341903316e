import { AsyncResource } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '@polycloud/contracts';
import { Counter, Gauge } from '@polycloud/lean/prom-client';
import { PROBES } from './health';
import { PROBLEM_HEADERS, problemBody } from './problem';
import { requestIdOf } from './request-id';

/** Most requests at work, whatever the machine. */
const MOST = 512;
/** So many may be at work even while the event loop is late. */
const EVEN_LATE = 64;
const TICK_MS = 50;
/** A loop that is this late makes everyone wait, milliseconds. */
const LATE_MS = 250;
/** How many more may be at work with each tick that is not late, until they are as many as before. */
const RECOVERY = 8;
/** Writes were begun by somebody who waits for their effect, so reads give way first. */
const ROOM_FOR_WRITES = 1.25;
/** Nobody waits in line for longer, milliseconds. */
const LONGEST_WAIT_MS = 500;
/** Most requests in line: each keeps memory. */
const LONGEST_LINE = 4_096;

const shed = new Counter({ name: 'http_server_shed_requests_total', help: 'Requests refused before their body was read' });
const inLine = new Gauge({ name: 'http_server_waiting_requests', help: 'Requests that wait for their turn, unread' });

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

interface Waiting {
  since: number;
  response: ServerResponse;
  start(): void;
  refuse(): void;
}

function take(line: Waiting[]): Waiting | undefined {
  inLine.dec();
  return line.shift();
}

/**
 * Bounds how many requests are at work: to ever fewer while the event loop is late, which is how overload shows itself in
 * a single-threaded process, to many otherwise. The next ones wait in line for half a second at most, and the rest is refused;
 * both before a body is read, so that what is taken is answered in time. Who is refused at once comes back at once, and
 * saying no costs nearly half of what a cheap answer does: the line is what leaves time for the answers. Streams of events
 * do not count: they wait, they do not work.
 *
 * It stands before Express, and a refusal is counted but leaves no line: under overload each takes from those who are served.
 */
export class LoadShedder {
  private atWork = 0;
  private readonly writes: Waiting[] = [];
  private readonly reads: Waiting[] = [];
  private room = MOST;
  private lastTick = performance.now();
  private readonly timer = setInterval(() => this.tick(), TICK_MS).unref();

  /** @param origins pages of these may read a refusal. */
  constructor(private readonly origins: readonly string[] = []) {}

  /** `app`, behind the shedder. */
  guard(app: RequestListener): RequestListener {
    return (request, response) => {
      if (PROBES.has(request.url ?? '')) return app(request, response);
      const line = request.method === 'GET' ? this.reads : this.writes;
      const start = () => this.work(app, request, response);
      if (this.hasRoomFor(line)) return start();
      const refuse = () => this.refuse(request, response);
      if (line.length >= LONGEST_LINE) return refuse();
      // Another request's end gives the turn, and this one must not run in that one's context.
      const own = new AsyncResource('Turn');
      inLine.inc();
      line.push({ since: performance.now(), response, start: () => own.runInAsyncScope(start), refuse });
    };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private work(app: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    this.atWork++;
    onceWorkEnds(response, this.workEnded);
    app(request, response);
  }

  private readonly workEnded = () => {
    this.atWork--;
    this.giveTurns();
  };

  private tick(): void {
    this.room = this.late() ? Math.max(EVEN_LATE, this.room / 2) : Math.min(MOST, this.room + RECOVERY);
    this.lastTick = performance.now();
    this.giveTurns();
    const tooLong = this.lastTick - LONGEST_WAIT_MS;
    for (const line of [this.writes, this.reads]) {
      for (let first = line[0]; first && first.since < tooLong; first = line[0]) {
        take(line);
        first.refuse();
      }
    }
  }

  private giveTurns(): void {
    for (const line of [this.writes, this.reads]) {
      while (line.length > 0 && this.hasRoomFor(line)) {
        const first = take(line);
        // Whoever went away meanwhile needs no answer any more.
        if (first && !first.response.destroyed) first.start();
      }
    }
  }

  private hasRoomFor(line: Waiting[]): boolean {
    const room = this.late() ? EVEN_LATE : this.room;
    return this.atWork < room * (line === this.writes ? ROOM_FOR_WRITES : 1);
  }

  /** The tick that is overdue tells that the loop is late while it still is, not when it has caught up. */
  private late(): boolean {
    return performance.now() - this.lastTick > TICK_MS + LATE_MS;
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
}
