import { CloudError, WORDS } from './cloud-error';
import { Deadline } from './deadline';
import type { CloudDeps } from './deps';
import { codeOf, networkCode, type ProviderFailure } from './provider-failure';
import type { Secrets } from './secrets';

/** One call of the public interface: what its errors and log lines name. */
export interface Call {
  operation: string;
  /** The key, job or endpoint that it is about. */
  subject?: string;
  signal?: AbortSignal;
  /** False for what must not be sent twice, such as a stream that can be walked only once. */
  repeatable?: boolean;
  /** Tries in all, when not as many as usual. */
  attempts?: number;
}

interface Provider {
  readonly name: string;
  readonly secrets: Secrets;
  /** What the SDK's or the server's error says. */
  readonly failureOf: (error: unknown) => ProviderFailure;
  /** Drops a cached login; false when there is none to renew. */
  readonly renewLogin: () => boolean;
}

/** What every call to a cloud needs: a deadline, safe retries with full jitter, errors in our words, and a log line. */
export class CallRunner {
  constructor(
    private readonly provider: Provider,
    private readonly deps: CloudDeps,
  ) {}

  /** Runs one call; the deadline goes on counting while a body is read, so `attempt` may keep it. */
  async run<T>(call: Call, attempt: (deadline: Deadline) => Promise<T>): Promise<T> {
    let mayRenew = call.repeatable !== false;
    for (let attempts = 1; ; attempts++) {
      const deadline = new Deadline(this.deps.timeoutMs, call.signal);
      try {
        return await this.once(call, deadline, attempt);
      } catch (error) {
        const failure = this.errorOf(error, call, deadline);
        deadline.abandon();
        const loginExpired = mayRenew && failure.code === 'Unauthenticated' && this.provider.renewLogin();
        if (loginExpired) mayRenew = false;
        else await this.pause(failure, call, attempts);
      }
    }
  }

  private async once<T>(call: Call, deadline: Deadline, attempt: (deadline: Deadline) => Promise<T>): Promise<T> {
    deadline.signal.throwIfAborted();
    const started = this.deps.now();
    const result = await deadline.guard(attempt(deadline));
    deadline.stop();
    const milliseconds = this.deps.now() - started;
    this.deps.logger.debug('cloud call', { provider: this.provider.name, operation: call.operation, milliseconds });
    return result;
  }

  /** Waits before the next attempt, or throws when there is none. */
  private async pause(failure: CloudError, call: Call, attempts: number): Promise<void> {
    if (!failure.retryable || call.repeatable === false || attempts >= (call.attempts ?? this.deps.attempts)) throw failure;
    const ceiling = Math.min(this.deps.maxDelayMs, this.deps.baseDelayMs * 2 ** (attempts - 1));
    const delayMs = Math.max(failure.retryAfterMs ?? 0, this.deps.random() * ceiling);
    if (delayMs > this.deps.maxDelayMs) throw failure;
    const { provider, operation, code } = failure;
    this.deps.logger.warn('cloud call failed, trying again', {
      provider,
      operation,
      code,
      attempts,
      delayMs: Math.round(delayMs),
    });
    try {
      await this.deps.sleep(delayMs, call.signal);
    } catch {
      throw this.error('Cancelled', call);
    }
  }

  /** An error in our words, whatever was thrown. */
  errorOf(error: unknown, call: Call, deadline?: Deadline): CloudError {
    if (deadline?.cause) return this.error(deadline.cause, call);
    if (error instanceof CloudError) return error;
    const failure = this.provider.failureOf(error);
    const providerCode = failure.providerCode ?? (failure.httpStatus ? undefined : networkCode(error));
    return this.error(codeOf({ ...failure, providerCode }), call, { ...failure, providerCode });
  }

  /** A failure of this provider in our words. */
  error(code: CloudError['code'], call: Call, failure: ProviderFailure = {}): CloudError {
    const { message, httpStatus, providerCode, requestId, hint, retryable } = failure;
    const said = message ? `: ${this.provider.secrets.blot(message)}` : '';
    const asked = [call.operation, call.subject].filter(Boolean).join(' ');
    return new CloudError(code, `${asked}: ${WORDS[code].meaning}${said}`, {
      provider: this.provider.name,
      operation: call.operation,
      ...{ httpStatus, providerCode, requestId, hint, retryable, retryAfterMs: failure.retryAfterMs },
    });
  }
}
