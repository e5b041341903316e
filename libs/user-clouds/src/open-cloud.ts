import type { CloudAdapter } from '@polycloud/cloud';
import { currentContext, withinTime } from '@polycloud/context';
import CircuitBreaker from 'opossum';
import { asFailure, busy, isOutage, REST_SECONDS, resting } from './failures';

/** Work in a user's cloud; `signal` fires when the time of the request is up. */
export type CloudWork<T> = (cloud: CloudAdapter, signal?: AbortSignal) => Promise<T>;

/** What the answer itself needs of a request's time, milliseconds. */
const ANSWER_MS = 100;

/**
 * One user's cloud with walls around it: a bulkhead, so that it cannot hold every hand of the process, and a breaker, so
 * that one that hangs is soon refused at once.
 */
export class OpenCloud {
  private inFlight = 0;
  private retired = false;
  private readonly breaker: CircuitBreaker<[CloudWork<unknown>], unknown>;

  constructor(
    private readonly cloud: CloudAdapter,
    private readonly mostCalls: number,
  ) {
    this.breaker = new CircuitBreaker((work: CloudWork<unknown>) => this.attempt(work), {
      // The adapter has deadlines of its own; a long stream is no failure.
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: 5,
      rollingCountTimeout: 10_000,
      resetTimeout: REST_SECONDS * 1000,
      // Nobody asks for them, and with each failure all durations of the last ten seconds would be sorted anew.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: (error: unknown) => !isOutage(error),
    });
  }

  async use<T>(work: CloudWork<T>): Promise<T> {
    if (this.inFlight >= this.mostCalls) throw busy(this.cloud.provider, this.inFlight);
    this.inFlight++;
    try {
      return (await this.breaker.fire(work)) as T;
    } catch (error) {
      throw (error as { code?: unknown }).code === 'EOPENBREAKER' ? resting(this.cloud.provider) : error;
    } finally {
      this.inFlight--;
      if (this.retired) await this.closeIfIdle();
    }
  }

  /** Closes the adapter as soon as nobody works with it. */
  async retire(): Promise<void> {
    this.retired = true;
    await this.closeIfIdle();
  }

  private async attempt<T>(work: CloudWork<T>): Promise<T> {
    const deadline = currentContext()?.deadline;
    if (deadline === undefined) return this.told(work);
    return withinTime(deadline - Date.now() - ANSWER_MS, (signal) => this.told(work, signal));
  }

  private async told<T>(work: CloudWork<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work(this.cloud, signal);
    } catch (error) {
      throw asFailure(error, this.cloud.provider, signal?.aborted ?? false);
    }
  }

  private async closeIfIdle(): Promise<void> {
    if (this.inFlight > 0) return;
    this.breaker.shutdown();
    await this.cloud.close();
  }
}
