import type { context, propagation } from '@opentelemetry/api';

/** A trace as it travels in a message: the fields of W3C Trace Context. */
export type TraceFields = Record<string, string>;

interface Tracing {
  context: typeof context;
  propagation: typeof propagation;
}

let tracing: Tracing | undefined;

/** Told by who switches tracing on: without it OpenTelemetry's API would be loaded by every process, to do nothing. */
export function followTraces(api: Tracing): void {
  tracing = api;
}

/** The trace that this work belongs to; nothing while tracing is off. */
export function currentTrace(): TraceFields | undefined {
  const fields: TraceFields = {};
  tracing?.propagation.inject(tracing.context.active(), fields);
  return 'traceparent' in fields ? fields : undefined;
}

/** Runs `work` as part of the trace that a message brought, if it brought one. */
export function runInTrace<T>(fields: TraceFields | undefined, work: () => T): T {
  if (!tracing || !fields) return work();
  const { context, propagation } = tracing;
  return context.with(propagation.extract(context.active(), fields), work);
}
