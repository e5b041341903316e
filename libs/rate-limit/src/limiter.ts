import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';

/** How much one client may do: so many requests in so many seconds. */
export interface Allowance {
  name: string;
  requests: number;
  seconds: number;
}

/** What a limiter says to one request. `resetSeconds` is when the allowance is whole again. */
export interface Verdict {
  allowance: Allowance;
  allowed: boolean;
  remaining: number;
  resetSeconds: number;
}

/** Counts what each client takes of one allowance. */
export class RateLimiter {
  constructor(
    private readonly allowance: Allowance,
    private readonly counter: RateLimiterAbstract,
  ) {}

  /** Takes one request for the client of this key. Rejects only when no counter, not even the spare one, can be had. */
  async take(key: string): Promise<Verdict> {
    try {
      return this.verdict(true, await this.counter.consume(key));
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return this.verdict(false, refusal);
      throw refusal;
    }
  }

  private verdict(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Verdict {
    return { allowance: this.allowance, allowed, remaining: remainingPoints, resetSeconds: Math.ceil(msBeforeNext / 1000) };
  }
}
