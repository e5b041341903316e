import { context, propagation } from '@opentelemetry/api';

/** A trace as it travels in a message: the fields of W3C Trace Context. */
export type TraceFields = Record<string, string>;

/** The trace that this work belongs to; nothing while tracing is off. */
export function currentTrace(): TraceFields | undefined {
  const fields: TraceFields = {};
  propagation.inject(context.active(), fields);
  return 'traceparent' in fields ? fields : undefined;
}

/** Runs `work` as part of the trace that a message brought, if it brought one. */
export const runInTrace = <T>(fields: TraceFields | undefined, work: () => T): T =>
  fields ? context.with(propagation.extract(context.active(), fields), work) : work();
