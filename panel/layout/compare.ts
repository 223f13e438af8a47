import type { SpanStore, StoredTrace } from '../../src/store/span-store.js';

/** What the spans of one name are in two traces; times in ms, the sum of their durations. */
export interface NameDifference {
  readonly name: string;
  readonly before: { readonly count: number; readonly total: number };
  readonly after: { readonly count: number; readonly total: number };
  /** ms that the second has more. */
  readonly change: number;
}

/** The differences of two traces by the names of their ended spans, the largest first. */
export function compareTraces(store: SpanStore, before: StoredTrace, after: StoredTrace): NameDifference[] {
  const names = new Map<string, [number, number, number, number]>();
  [before, after].forEach((trace, side) => {
    for (const row of trace.rows) {
      const end = store.endTimes[row] as number;
      const name = store.record(row)?.name;
      if (name === undefined || Number.isNaN(end)) continue;
      let sums = names.get(name);
      if (!sums) {
        sums = [0, 0, 0, 0];
        names.set(name, sums);
      }
      sums[side * 2] = (sums[side * 2] as number) + 1;
      sums[side * 2 + 1] = (sums[side * 2 + 1] as number) + end - (store.startTimes[row] as number);
    }
  });
  return [...names]
    .map(([name, [countBefore, totalBefore, countAfter, totalAfter]]) => ({
      name,
      before: { count: countBefore, total: totalBefore },
      after: { count: countAfter, total: totalAfter },
      change: totalAfter - totalBefore,
    }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.name.localeCompare(b.name));
}
