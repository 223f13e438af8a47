import type { EarlySpans, SpanSink } from './span-sink.js';
import { SpanStore, type StoredTrace } from './store/span-store.js';
import type { Tracer } from './tracer.js';

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

/** Writes spans to the rows of the store, and traces to its traces. */
function storeSpans(store: SpanStore, tracer: Tracer): SpanSink {
  return {
    onStart(span) {
      const { trace, parent, origin } = span;
      if (trace.rootSpan === span) {
        const joined = span.parentSpanId === undefined && !origin ? undefined : trace.traceId;
        trace.stored = store.beginTrace(span.startTime, joined);
      }
      const stored = trace.stored as StoredTrace | undefined;
      if (stored) span.row = store.addSpan(stored, span, parent ? parent.row : -1, origin?.service ?? tracer.service);
    },
    onEnd(span) {
      if (span.row >= 0) store.endSpan(span.row, span);
    },
    onAmend(span) {
      if (span.row >= 0) store.amendSpan(span.row, span);
    },
    onSettled(trace) {
      if (trace.stored) store.settleTrace(trace.stored as StoredTrace, trace.droppedSpansCount);
    },
  };
}
