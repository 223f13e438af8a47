import type { SpanStore } from '../src/store/span-store.js';
import type { StoredTrace } from '../src/store/stored-trace.js';
import type { SpanContext } from '../src/trace/types.js';

/** The span of a context, looked for in `first` before all other traces. */
export function findSpan(
  store: SpanStore,
  { traceId, spanId }: Pick<SpanContext, 'traceId' | 'spanId'>,
  first: StoredTrace | undefined,
): { trace: StoredTrace; row: number } | undefined {
  for (const trace of first ? [first, ...store.traces] : store.traces) {
    if (store.record(trace.rows[0] ?? -1)?.context.traceId !== traceId) continue;
    const row = trace.rows.find((each) => store.record(each)?.context.spanId === spanId);
    if (row !== undefined) return { trace, row };
  }
  return undefined;
}
