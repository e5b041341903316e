import { setTimeout as wait } from 'node:timers/promises';

/** Receives what a call did: operation and milliseconds, never a key's content or a secret. */
export interface CloudLogger {
  debug(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
}

/** What lies outside of an adapter; tests replace time and chance. */
export interface CloudDeps {
  logger: CloudLogger;
  /** Hosts (`host:port`) that a connection's own endpoint may name; without this list no custom endpoint is allowed. */
  allowedEndpoints: readonly string[];
  /** Milliseconds to the first byte of an answer, and between two chunks of a body. */
  timeoutMs: number;
  /** Tries in all. */
  attempts: number;
  baseDelayMs: number;
  /** No pause is longer; when a provider asks for more, the call fails with `retryAfterMs` instead. */
  maxDelayMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const silent = () => undefined;

/** The given parts, completed with the real clock and the usual limits. */
export function withDefaults(deps: Partial<CloudDeps> = {}): CloudDeps {
  return {
    logger: { debug: silent, info: silent, warn: silent },
    allowedEndpoints: [],
    timeoutMs: 10_000,
    attempts: 3,
    baseDelayMs: 200,
    maxDelayMs: 20_000,
    now: Date.now,
    random: Math.random,
    sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
    ...deps,
  };
}
