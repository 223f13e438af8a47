import type { SpanStore } from '../store/span-store.js';
import type { SpanRecord } from '../trace/types.js';

/** The spans of some traces of the store by their ids, to be asked in one go: the store may change afterwards. */
export class StoredSpans {
  readonly #traces = new Map<string, Map<string, number>>();
  /** Rows whose parent is not there, by its id. */
  readonly #orphans = new Map<string, number>();
  readonly #ofPage = new Set<string>();
  readonly #store: SpanStore;

  /** `isServers`: a span is not the page's own. */
  constructor(store: SpanStore, wanted: ReadonlySet<string>, isServers: (record: SpanRecord) => boolean) {
    this.#store = store;
    for (const trace of store.traces) {
      const traceId = store.traceIdOf(trace);
      if (traceId === undefined || !wanted.has(traceId)) continue;
      for (const row of trace.rows) {
        const record = store.record(row) as SpanRecord;
        this.add(record, row);
        if (!isServers(record)) this.#ofPage.add(traceId);
      }
    }
  }

  add({ context: { traceId, spanId }, parentSpanId }: SpanRecord, row: number): void {
    if (parentSpanId !== undefined && this.#store.parents[row] === -1) this.#orphans.set(traceId + parentSpanId, row);
    const spans = this.#traces.get(traceId);
    if (spans) spans.set(spanId, row);
    else this.#traces.set(traceId, new Map([[spanId, row]]));
  }

  /** The page has spans of its own in a trace. */
  isOfPage(traceId: string): boolean {
    return this.#ofPage.has(traceId);
  }

  /** The row of a span; -1 where there is none. */
  rowOf(traceId: string, spanId: string): number {
    return this.#traces.get(traceId)?.get(spanId) ?? -1;
  }

  /** The row of a span whose parent would be the one of these ids, which is not there; -1 where there is none. */
  orphanOf(traceId: string, spanId: string): number {
    return this.#orphans.get(traceId + spanId) ?? -1;
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
