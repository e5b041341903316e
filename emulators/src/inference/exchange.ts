import type { IncomingMessage } from 'node:http';

/** A request whose body has been read. */
export interface Exchange {
  request: IncomingMessage;
  method: string;
  url: URL;
  body: string;
}

/** What a provider answers; undefined: this address is not one of its own. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown } | undefined;

export interface ProviderApi {
  answer(exchange: Exchange): Promise<Answer>;
}

export const ok = (body: unknown, headers?: Record<string, string>): Answer => ({ status: 200, body, headers });

export function parse<T>(body: string): T {
  return JSON.parse(body === '' ? '{}' : body) as T;
}
