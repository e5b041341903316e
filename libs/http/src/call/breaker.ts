import { AppError } from '@polycloud/contracts';
import CircuitBreaker from 'opossum';
import { Gauge } from '@polycloud/lean/prom-client';

const states = { closed: 0, halfOpen: 1, open: 2 } as const;
const state = new Gauge({
  name: 'circuit_breaker_state',
  help: 'Of a dependency: 0 closed, 1 half open, 2 open',
  labelNames: ['peer'],
});

/**
 * Calls to one peer under way. Three quarters of what a service takes on at a time: one slow peer leaves room for other work, and
 * little of what was taken on under load is refused here, half done.
 */
const MOST_CALLS = 384;
const RESET_MS = 5_000;

/**
 * Stops calling a peer while at least half of its last 20 or more calls (10 s) failed, and tries one after some 5 s.
 * What the peer says of the client's own request (4xx) is no failure of the peer.
 */
export class Breaker {
  private readonly breaker: CircuitBreaker<[() => Promise<unknown>]>;

  constructor(private readonly peer: string) {
    this.breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      // Each call has its own deadline.
      timeout: false,
      rollingCountTimeout: 10_000,
      volumeThreshold: 20,
      errorThresholdPercentage: 50,
      resetTimeout: RESET_MS * (0.8 + Math.random() * 0.4),
      capacity: MOST_CALLS,
      errorFilter: (error: unknown) => error instanceof AppError && error.status < 500,
    });
    const show = (name: keyof typeof states) => () => state.set({ peer }, states[name]);
    this.breaker.on('open', show('open')).on('halfOpen', show('halfOpen')).on('close', show('closed'));
    show('closed')();
  }

  /** Does the work, or fails UNAVAILABLE at once when the peer is known to fail or has too much in hand already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return (await this.breaker.fire(work)) as T;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === 'EOPENBREAKER') throw this.refused('fails at the moment, so it is not asked', error);
      if (code === 'ESEMLOCKED') throw this.refused('is too slow at the moment, too many wait for it', error);
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
