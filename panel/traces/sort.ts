import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { traceName } from './summary.js';

export type TraceColumn = 'time' | 'name' | 'duration' | 'spans' | 'errors';

/** What traces, given by their start and the last first, are ordered by; turned round with `ascending`. Equals stay in their order. */
export function sortTraces(
  store: SpanStore,
  traces: readonly StoredTrace[],
  column: TraceColumn,
  ascending: boolean,
): readonly StoredTrace[] {
  if (column === 'time') return ascending ? [...traces].reverse() : traces;
  const sign = ascending ? 1 : -1;
  if (column === 'name') {
    const names = new Map(traces.map((trace) => [trace, traceName(store, trace)]));
    return [...traces].sort((a, b) => sign * (names.get(a) ?? '').localeCompare(names.get(b) ?? ''));
  }
  const measure = (trace: StoredTrace): number =>
    column === 'duration' ? trace.endTime - trace.startTime : column === 'spans' ? trace.rows.length : trace.errors;
  return [...traces].sort((a, b) => sign * (measure(a) - measure(b)));
}
