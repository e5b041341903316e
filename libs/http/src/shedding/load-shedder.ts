import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '@polycloud/contracts';
import { Counter, Gauge } from '@polycloud/lean/prom-client';
import { PROBES } from '../health';
import { PROBLEM_HEADERS, problemBody } from '../problem';
import { requestIdOf } from '../request-id';
import { Lane, type Waiting } from './lane';
import { onceWorkEnds } from './work-ends';

/** Most requests at work, whatever the machine. */
const MOST = 512;
/** So many may be at work even while the event loop has no rest. */
const EVEN_BUSY = 128;
const TICK_MS = 50;
/** The part of a tick in which the loop has something to do; with more, it gets nothing done sooner by having more at work. */
const BUSY = 0.97;
/** How many are left of the places with each tick that is busy, and how many more there are with each that is not. */
const [DECREASE, INCREASE] = [0.9, 16];
/** Writes were begun by somebody who waits for their effect, so reads give way first. */
const ROOM_FOR_WRITES = 1.25;
/** Nobody waits in line for longer, milliseconds. */
const LONGEST_WAIT_MS = 500;
/** Most requests in line: each keeps memory. */
const LONGEST_LINE = 4_096;
/** Of all places, those that one lane may have where there are several. */
const SHARE_OF_A_LANE = 1 / 2;

const shed = new Counter({ name: 'http_server_shed_requests_total', help: 'Requests refused before their body was read' });
const inLine = new Gauge({ name: 'http_server_waiting_requests', help: 'Requests that wait for their turn, unread' });

const REFUSAL = new AppError('UNAVAILABLE', 'More requests are under way than can be answered in time', {
  retryAfter: 1,
  hint: 'Try again in a moment',
});

/**
 * Bounds how many requests are at work: to ever fewer while the event loop has no rest, which is how overload shows itself in
 * a single-threaded process, to many otherwise. More than keep it busy only grow old together, and the garbage collector
 * carries along what each of them holds. The next ones wait in line for half a second at most, and the rest is refused;
 * both before a body is read, so that what is taken is answered in time. Who is refused at once comes back at once, and
 * saying no costs nearly half of what a cheap answer does: the line is what leaves time for the answers. Streams of events
 * do not count: they wait, they do not work.
 *
 * It stands before Express, and a refusal is counted but leaves no line: under overload each takes from those who are served.
 */
export class LoadShedder {
  private atWork = 0;
  private waiting = 0;
  private readonly lanes = new Map<string, Lane>();
  private room = MOST;
  private looked = performance.eventLoopUtilization();
  private readonly timer = setInterval(() => this.tick(), TICK_MS).unref();

  /**
   * @param origins pages of these may read a refusal.
   * @param laneOf names the lane of an address. Each has half of the places at most, so that one that is slow leaves some.
   */
  constructor(
    private readonly origins: readonly string[] = [],
    private readonly laneOf?: (url: string) => string,
  ) {}

  /** `app`, behind the shedder. */
  guard(app: RequestListener): RequestListener {
    return (request, response) => {
      const { url = '', method } = request;
      if (PROBES.has(url)) return app(request, response);
      const lane = this.laneAt(url);
      const isWrite = method !== 'GET';
      const start = () => {
        this.enter(lane, response);
        app(request, response);
      };
      if (this.hasRoomFor(lane, isWrite)) return start();
      const refuse = () => this.refuse(request, response);
      if (this.waiting >= LONGEST_LINE) return refuse();
      // Another request's end gives the turn, and this one must not run in that one's context.
      const own = new AsyncResource('Turn');
      this.count(1);
      lane.lineOf(isWrite).push({ since: performance.now(), response, start: () => own.runInAsyncScope(start), refuse });
    };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private laneAt(url: string): Lane {
    const name = this.laneOf?.(url) ?? '';
    let lane = this.lanes.get(name);
    if (!lane) {
      lane = new Lane(this.laneOf ? MOST * SHARE_OF_A_LANE : MOST);
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private enter(lane: Lane, response: ServerResponse): void {
    this.atWork++;
    lane.atWork++;
    onceWorkEnds(response, () => {
      this.atWork--;
      lane.atWork--;
      this.giveTurns();
    });
  }

  private tick(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.looked);
    this.looked = now;
    this.room = utilization > BUSY ? Math.max(EVEN_BUSY, this.room * DECREASE) : Math.min(MOST, this.room + INCREASE);
    this.giveTurns();
    for (const lane of this.lanes.values()) {
      for (const overdue of lane.leaveSince(performance.now() - LONGEST_WAIT_MS)) {
        this.count(-1);
        overdue.refuse();
      }
    }
  }

  private count(more: 1 | -1): void {
    this.waiting += more;
    inLine.inc(more);
  }

  private giveTurns(): void {
    while (this.waiting > 0) {
      const next = this.takeNext(true) ?? this.takeNext(false);
      if (!next) return;
      this.count(-1);
      // Whoever went away meanwhile needs no answer any more.
      if (!next.response.destroyed) next.start();
    }
  }

  /** Who has waited longest of those for whom there is room. */
  private takeNext(isWrite: boolean): Waiting | undefined {
    let longest: Waiting[] | undefined;
    for (const lane of this.lanes.values()) {
      const line = lane.lineOf(isWrite);
      if (line[0] && this.hasRoomFor(lane, isWrite) && !(longest?.[0] && longest[0].since < line[0].since)) longest = line;
    }
    return longest?.shift();
  }

  private hasRoomFor(lane: Lane, isWrite: boolean): boolean {
    const share = isWrite ? ROOM_FOR_WRITES : 1;
    return this.atWork < this.room * share && lane.atWork < lane.most * share;
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
