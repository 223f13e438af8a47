import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';

/** Colours shown before the name of a trace; more would not be told apart at this size. */
const MAX_SERVICES = 4;

interface Seen {
  rows: number;
  services: number[];
}

/** The services of traces, in the order of their first span; read on from where the last look ended. */
export class TraceServices {
  #seen = new WeakMap<StoredTrace, Seen>();

  /** Indexes into `store.services`, at most a few. */
  of(store: SpanStore, trace: StoredTrace): readonly number[] {
    let seen = this.#seen.get(trace);
    if (!seen) {
      seen = { rows: 0, services: [] };
      this.#seen.set(trace, seen);
    }
    for (; seen.rows < trace.rows.length && seen.services.length < MAX_SERVICES; seen.rows++) {
      const service = store.serviceIds[trace.rows[seen.rows] as number] as number;
      if (!seen.services.includes(service)) seen.services.push(service);
    }
    return seen.services;
  }
}

/** The name of the trace's first span without a known parent. */
export function traceName(store: SpanStore, trace: StoredTrace): string {
  const row = trace.rootRow >= 0 ? trace.rootRow : (trace.rows[0] ?? -1);
  return store.record(row)?.name ?? '';
}
