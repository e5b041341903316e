import type { Logger } from '@polycloud/logger';
import { Counter, type Registry } from '@polycloud/lean/prom-client';

/** One attempt to get in. No secret and no address of a person is part of it. */
export interface Access {
  method: 'password' | 'otp' | 'otp-request' | 'refresh' | 'registration';
  outcome: 'success' | 'failure' | 'limited' | 'reuse';
  userId?: string;
  sessionId?: string;
  /** Network address of the client. */
  address: string;
}

/** Every attempt to get in, successful or not: a log line and a count. */
export class AccessLog {
  private readonly counter: Counter<'method' | 'outcome'>;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    this.counter = new Counter({
      name: 'authentication_attempts_total',
      help: 'Attempts to get in by method and outcome',
      labelNames: ['method', 'outcome'],
      registers: [registry],
    });
  }

  record(access: Access): void {
    const { method, outcome } = access;
    this.counter.inc({ method, outcome });
    this.logger[outcome === 'success' ? 'info' : 'warn']('authentication attempt', { ...access });
  }
}
