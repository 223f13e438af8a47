import type { StoredTrace } from '../../src/store/stored-trace.js';

/** Which of two traces began earlier; of those that began together, which came earlier. */
function compareStarts(a: StoredTrace, b: StoredTrace): number {
  return a.startTime - b.startTime || a.id - b.id;
}

/** Traces by when they began, given as they came: a server tells of its part late, also of what was done before. */
export function byStart(traces: readonly StoredTrace[]): readonly StoredTrace[] {
  const isInOrder = traces.every((trace, at) => at === 0 || compareStarts(traces[at - 1] as StoredTrace, trace) < 0);
  return isInOrder ? traces : traces.toSorted(compareStarts);
}
