import { AppError } from '@polycloud/contracts';
import { Semaphore, withTimeout } from 'async-mutex';
import CircuitBreaker from 'opossum';
import { Gauge } from '@polycloud/lean/prom-client';

const states = { closed: 0, halfOpen: 1, open: 2 } as const;
const state = new Gauge({
  name: 'circuit_breaker_state',
  help: 'Of a dependency: 0 closed, 1 half open, 2 open',
  labelNames: ['peer'],
});

/** Calls to one peer in hand. Three quarters of what a service takes on at a time: one slow peer leaves room for other work. */
const MOST_CALLS = 384;
/** So long a call waits for its place among them, milliseconds: what makes it is half done already, and a peer that is well soon has one. */
const LONGEST_WAIT_MS = 250;
const NO_PLACE = Object.assign(new Error('No call to this peer ended in time'), { code: 'ENOPLACE' });
const RESET_MS = 5_000;

/**
 * Stops calling a peer while at least half of its last 20 or more calls (10 s) failed, and tries one after some 5 s.
 * What the peer says of the client's own request (4xx) is no failure of the peer.
 */
export class Breaker {
  private readonly places = withTimeout(new Semaphore(MOST_CALLS), LONGEST_WAIT_MS, NO_PLACE);
  private readonly breaker: CircuitBreaker<[() => Promise<unknown>]>;

  constructor(private readonly peer: string) {
    this.breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      // Each call has its own deadline.
      timeout: false,
      rollingCountTimeout: 10_000,
      volumeThreshold: 20,
      errorThresholdPercentage: 50,
      resetTimeout: RESET_MS * (0.8 + Math.random() * 0.4),
      // Nobody asks for them, and with each failed call all durations of the last ten seconds would be sorted anew.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: (error: unknown) => error instanceof AppError && error.status < 500,
    });
    const show = (name: keyof typeof states) => () => state.set({ peer }, states[name]);
    this.breaker.on('open', show('open')).on('halfOpen', show('halfOpen')).on('close', show('closed'));
    show('closed')();
  }

  /** Does the work, or fails UNAVAILABLE: at once when the peer is known to fail, in a moment when it has too much in hand. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.places.runExclusive(async () => (await this.breaker.fire(work)) as T);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === 'EOPENBREAKER') throw this.refused('fails at the moment, so it is not asked', error);
      if (error === NO_PLACE) throw this.refused('is too slow at the moment, too many wait for it', error);
      throw error;
    }
  }

  close(): void {
    this.breaker.shutdown();
  }

  private refused(why: string, cause: unknown): AppError {
    return new AppError('UNAVAILABLE', `The ${this.peer} service ${why}`, {
      cause,
      retryAfter: Math.ceil(RESET_MS / 1000),
      hint: 'Try again in a moment',
    });
  }
}
