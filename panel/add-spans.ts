import type { SpanStore } from '../src/store/span-store.js';
import type { StoredTrace, TraceSource } from '../src/store/stored-trace.js';
import type { ReadSpan } from './formats/span.js';

/**
 * Adds spans that come from elsewhere, also while paused; what is there already is not added again. `dropped`: how many their trace has lost before. Answers the first of their traces.
 */
export function addSpans(
  store: SpanStore,
  spans: readonly ReadSpan[],
  source: TraceSource,
  dropped = 0,
): StoredTrace | undefined {
  const wanted = new Set(spans.map(({ record }) => record.context.traceId));
  const isWanted = (trace: StoredTrace) => wanted.has(store.traceIdOf(trace) ?? '');
  const known = new Set<string>();
  const key = ({ traceId, spanId }: { traceId: string; spanId: string }) => `${traceId}${spanId}`;
  for (const trace of store.traces) {
    if (!isWanted(trace)) continue;
    for (const row of trace.rows) known.add(key((store.record(row) as ReadSpan['record']).context));
  }
  const { recording } = store;
  store.recording = true;
  const touched = new Set<StoredTrace>();
  try {
    for (const { record, service } of spans) {
      if (known.has(key(record.context))) continue;
      const trace = store.traceOf(store.addForeignSpan(record, service, source));
      if (trace) touched.add(trace);
    }
    // What is open elsewhere stays so.
    for (const trace of touched) store.settleTrace(trace, dropped);
  } finally {
    store.recording = recording;
  }
  return store.traces.find(isWanted);
}
