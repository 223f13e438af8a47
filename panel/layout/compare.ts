import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { type NameStatistics, statisticsOf } from './statistics.js';

/** What the spans of one name are in two traces; times in ms. */
export interface NameDifference {
  readonly name: string;
  /** The sum of their durations. */
  readonly before: { readonly count: number; readonly total: number };
  readonly after: { readonly count: number; readonly total: number };
  /** What the second has more of durations. */
  readonly change: number;
  /** What the second has more of the time in which no children ran: where the change is, not what it is in. */
  readonly selfChange: number;
}

const NONE = { count: 0, total: 0, self: 0 };

/** The differences of two traces by the names of their ended spans, those first in which most has changed. */
export function compareTraces(store: SpanStore, before: StoredTrace, after: StoredTrace): NameDifference[] {
  const [earlier, later] = [before, after].map(
    (trace) => new Map(statisticsOf(store, [trace]).map((each): [string, NameStatistics] => [each.name, each])),
  ) as [Map<string, NameStatistics>, Map<string, NameStatistics>];
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((name) => {
      const [was, is] = [earlier.get(name) ?? NONE, later.get(name) ?? NONE];
      return { name, before: was, after: is, change: is.total - was.total, selfChange: is.self - was.self };
    })
    .sort(
      (a, b) =>
        Math.abs(b.selfChange) - Math.abs(a.selfChange) ||
        Math.abs(b.change) - Math.abs(a.change) ||
        a.name.localeCompare(b.name),
    );
}
