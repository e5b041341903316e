import type { ServerResponse } from 'node:http';

/** A request that waits for its turn, unread. */
export interface Waiting {
  /** By `performance.now()`. */
  since: number;
  response: ServerResponse;
  start(): void;
  refuse(): void;
}

/** Requests that are bounded together, those at work and those in line. */
export class Lane {
  atWork = 0;
  private readonly writes: Waiting[] = [];
  private readonly reads: Waiting[] = [];

  /** @param most reads at work. */
  constructor(readonly most: number) {}

  /** Those who wait, the first first. */
  lineOf(isWrite: boolean): Waiting[] {
    return isWrite ? this.writes : this.reads;
  }

  /** Takes out of the lines who has waited since before `time`. */
  *leaveSince(time: number): Generator<Waiting> {
    for (const line of [this.writes, this.reads]) {
      while (line[0] && line[0].since < time) yield line.shift() as Waiting;
    }
  }
}
