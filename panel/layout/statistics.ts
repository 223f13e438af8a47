import type { SpanStore } from '../../src/store/span-store.js';
import { STATUS_ERROR } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';

/** What the ended spans of one name have in common; times in ms. */
export interface NameStatistics {
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  /** The sum of all durations; spans of one name within each other count twice. */
  readonly total: number;
  /** The part of it in which none of their children ran. */
  readonly self: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export type StatisticsColumn = keyof NameStatistics;

interface Sums {
  errors: number;
  self: number;
  durations: number[];
}

/** The statistics of all ended spans, by name. */
export function statisticsOf(store: SpanStore, traces: readonly StoredTrace[]): NameStatistics[] {
  const { startTimes, endTimes, statuses } = store;
  const sums = new Map<string, Sums>();
  const covered = new Float64Array(startTimes.length);
  for (const trace of traces) {
    coverParents(store, trace, covered);
    for (const row of trace.rows) {
      const end = endTimes[row] as number;
      const name = store.record(row)?.name;
      if (Number.isNaN(end) || name === undefined) continue;
      let sum = sums.get(name);
      if (!sum) {
        sum = { errors: 0, self: 0, durations: [] };
        sums.set(name, sum);
      }
      const duration = Math.max(0, end - (startTimes[row] as number));
      sum.durations.push(duration);
      sum.self += Math.max(0, duration - (covered[row] as number));
      if (statuses[row] === STATUS_ERROR) sum.errors++;
    }
  }
  return [...sums].map(([name, { errors, self, durations }]) => {
    const sorted = Float64Array.from(durations).sort();
    return {
      name,
      count: sorted.length,
      errors,
      total: sorted.reduce((total, each) => total + each, 0),
      self,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      max: percentile(sorted, 1),
    };
  });
}

/** Largest first, names from A to Z; turned round with `ascending`. */
export function sortStatistics(
  rows: readonly NameStatistics[],
  column: StatisticsColumn,
  ascending: boolean,
): NameStatistics[] {
  const sign = ascending ? 1 : -1;
  return [...rows].sort((a, b) => {
    const difference =
      column === 'name' ? a.name.localeCompare(b.name) * sign : ((a[column] as number) - (b[column] as number)) * sign;
    return difference || a.name.localeCompare(b.name);
  });
}

/** The smallest value that so large a part of all does not exceed. */
export function percentile(sorted: ArrayLike<number>, part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** ms of each span in which children of it ran, by row; children may overlap and reach beyond it. */
function coverParents(store: SpanStore, trace: StoredTrace, covered: Float64Array): void {
  const { startTimes, endTimes, parents } = store;
  const upTo = new Map<number, number>();
  for (const row of trace.rows) covered[row] = 0;
  const ordered = [...trace.rows].sort((a, b) => (startTimes[a] as number) - (startTimes[b] as number));
  for (const row of ordered) {
    const parent = parents[row] as number;
    const parentEnd = parent < 0 ? Number.NaN : (endTimes[parent] as number);
    if (Number.isNaN(parentEnd)) continue;
    const ended = endTimes[row] as number;
    const start = Math.max(startTimes[row] as number, upTo.get(parent) ?? (startTimes[parent] as number));
    const end = Number.isNaN(ended) ? parentEnd : Math.min(ended, parentEnd);
    if (end <= start) continue;
    covered[parent] = (covered[parent] as number) + end - start;
    upTo.set(parent, end);
  }
}
