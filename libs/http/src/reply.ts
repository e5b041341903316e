import type { Response } from 'express';

/** What a Reply adds to its data; the status is that of the contract unless said. */
export interface ReplyOptions {
  status?: number;
  headers?: Record<string, string>;
  /** The request id to show in the envelope, where an earlier answer is replayed. */
  requestId?: string;
  /** The data is kept and never changed by whoever made it, so its JSON is made once. */
  kept?: boolean;
}

/** An answer that needs more than its data: another status, headers, a replayed request id. */
export class Reply<T = unknown> {
  constructor(
    readonly data: T,
    readonly options: ReplyOptions = {},
  ) {}
}

/** An answer that is written as it goes or is no JSON: events, files. `write` ends the response itself. */
export class StreamReply {
  constructor(readonly write: (response: Response, signal: AbortSignal) => Promise<void>) {}
}
