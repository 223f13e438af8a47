import type { EarlySpans, SpanSink } from './span-sink.js';
import { SpanStore } from './store/span-store.js';
import type { StoredTrace } from './store/stored-trace.js';
import type { Span } from './trace/span.js';
import type { Tracer } from './tracer.js';
import { queueJob } from './zone/timeline.js';

/** The store of the page; made when it is first asked for, with the spans that have been kept until then. */
export function openStore(tracer: Tracer): SpanStore {
  if (tracer.store) return tracer.store;
  const store = new SpanStore();
  const sink = storeSpans(store, tracer);
  if ('handTo' in tracer.sink) store.droppedSpans += (tracer.sink as EarlySpans).handTo(sink);
  tracer.store = store;
  tracer.sink = sink;
  return store;
}

/** Spans that wait for the end of the job that began them. A job with more of them is interrupted to write them. */
const MOST_WAITING = 1000;

/**
 * Writes spans to the rows of the store, and traces to its traces: once for all spans of a job, after it, since this takes
 * as long as the rest of a small span. Who reads the store before finds it complete nevertheless.
 */
function storeSpans(store: SpanStore, tracer: Tracer): SpanSink {
  let waiting: Span[] = [];
  const take = (): void => {
    if (waiting.length === 0) return;
    const spans = waiting;
    waiting = [];
    for (const span of spans) add(span);
  };
  const add = (span: Span): void => {
    const { trace, parent, origin } = span;
    if (trace.rootSpan === span) {
      const joined = span.parentSpanId === undefined && !origin ? undefined : trace.traceId;
      trace.stored = store.beginTrace(span.startTime, joined);
    }
    const stored = trace.stored as StoredTrace | undefined;
    if (stored) span.row = store.addSpan(stored, span, parent ? parent.row : -1, origin?.service ?? tracer.service);
  };
  store.source = take;
  return {
    onStart(span) {
      if (waiting.push(span) === 1) queueJob(take);
      else if (waiting.length === MOST_WAITING) take();
    },
    // What still waits is written with its end.
    onEnd(span) {
      if (span.row >= 0) store.endSpan(span.row, span);
    },
    onAmend(span) {
      if (span.row >= 0) store.amendSpan(span.row, span);
    },
    onSettled(trace) {
      take();
      if (trace.stored) store.settleTrace(trace.stored as StoredTrace, trace.droppedSpansCount);
    },
  };
}
