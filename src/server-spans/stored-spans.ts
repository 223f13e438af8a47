import type { SpanStore } from '../store/span-store.js';
import type { SpanRecord } from '../trace/types.js';

/** The spans of some traces of the store by their ids, to be asked in one go: the store may change afterwards. */
export class StoredSpans {
  readonly #traces = new Map<string, Map<string, number>>();
  readonly #store: SpanStore;

  constructor(store: SpanStore, wanted: ReadonlySet<string>) {
    this.#store = store;
    for (const trace of store.traces) {
      const traceId = store.record(trace.rows[0] ?? -1)?.context.traceId ?? '';
      if (!wanted.has(traceId)) continue;
      for (const row of trace.rows) this.add(store.record(row) as SpanRecord, row);
    }
  }

  add({ context: { traceId, spanId } }: SpanRecord, row: number): void {
    const spans = this.#traces.get(traceId);
    if (spans) spans.set(spanId, row);
    else this.#traces.set(traceId, new Map([[spanId, row]]));
  }

  hasTrace(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  /** The row of a span; -1 where there is none. */
  rowOf(traceId: string, spanId: string): number {
    return this.#traces.get(traceId)?.get(spanId) ?? -1;
  }

  /** A new span would be the parent of one above its own parent. */
  closesCircle({ context, parentSpanId }: SpanRecord): boolean {
    const { parents } = this.#store;
    let row = parentSpanId === undefined ? -1 : this.rowOf(context.traceId, parentSpanId);
    while (row >= 0) {
      const above = parents[row] as number;
      if (above < 0 && this.#store.record(row)?.parentSpanId === context.spanId) return true;
      row = above;
    }
    return false;
  }
}
