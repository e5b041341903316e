import { AsyncLocalStorage } from 'node:async_hooks';

export { withinTime } from './time-limit';
export { currentTrace, followTraces, runInTrace, type TraceFields } from './trace-context';

/** What belongs to one request on its whole way: through calls, queue messages, callbacks and log lines. */
export interface RequestContext {
  readonly requestId: string;
  /** Known once the caller is authenticated. */
  userId?: string;
  /** Calls that failed may be made again here: true at the outermost service of the request only. */
  mayRetry?: boolean;
  /** Milliseconds of the epoch by which an answer is due; absent in background work. */
  readonly deadline?: number;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as part of that request. */
export const runInContext = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** Runs `work` as part of the same request, with so many milliseconds for it at most. */
export const runWithin = <T>(ms: number, work: () => T): T => {
  const context = currentContext() ?? { requestId: '-' };
  return runInContext({ ...context, deadline: Math.min(Date.now() + ms, context.deadline ?? Infinity) }, work);
};

/** The request that is being worked on, if any. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

/** The id of the request that is being worked on; `-` outside of any. */
export const currentRequestId = (): string => storage.getStore()?.requestId ?? '-';
