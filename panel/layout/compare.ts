import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { namePattern, patternStart } from './name-pattern.js';
import { statisticsOf } from './statistics.js';

/** What the spans of one name are in two traces; times in ms. */
export interface NameDifference {
  /** Where it stands for several that differ by ids, what they have in common. */
  readonly name: string;
  /** What all of them begin with. */
  readonly start: string;
  /** The sum of their durations. */
  readonly before: { readonly count: number; readonly total: number };
  readonly after: { readonly count: number; readonly total: number };
  /** What the second has more of durations. */
  readonly change: number;
  /** What the second has more of the time in which no children ran: where the change is, not what it is in. */
  readonly selfChange: number;
}

class Sums {
  count = 0;
  total = 0;
  self = 0;
}

/**
 * The differences of two traces by the names of their ended spans, those first in which most has changed. Names that differ
 * by ids in a path only are one: what is done again is done to another order.
 */
export function compareTraces(store: SpanStore, before: StoredTrace, after: StoredTrace): NameDifference[] {
  const differences = new Map<string, { names: Set<string>; was: Sums; is: Sums }>();
  for (const side of ['was', 'is'] as const) {
    for (const { name, count, total, self } of statisticsOf(store, [side === 'was' ? before : after])) {
      const pattern = namePattern(name);
      const difference = differences.get(pattern) ?? { names: new Set(), was: new Sums(), is: new Sums() };
      differences.set(pattern, difference);
      difference.names.add(name);
      difference[side].count += count;
      difference[side].total += total;
      difference[side].self += self;
    }
  }
  return [...differences]
    .map(([pattern, { names, was, is }]) => {
      const [only] = names.size === 1 ? names : [];
      const changes = { change: is.total - was.total, selfChange: is.self - was.self };
      return { name: only ?? pattern, start: only ?? patternStart(pattern), before: was, after: is, ...changes };
    })
    .sort(
      (a, b) =>
        Math.abs(b.selfChange) - Math.abs(a.selfChange) ||
        Math.abs(b.change) - Math.abs(a.change) ||
        a.name.localeCompare(b.name),
    );
}
