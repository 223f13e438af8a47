import type { SpanStore } from '../src/store/span-store.js';
import type { StoredTrace } from '../src/store/stored-trace.js';
import { type Filter, matchesFilter } from './layout/filter.js';

interface Answer {
  filter: Filter;
  rows: number;
  openSpans: number;
  matches: boolean;
}

const NO_ROWS: ReadonlySet<number> = new Set();

/** Which spans a filter finds, remembered a trace until it changes: a filter is asked again at every frame. */
export class Matches {
  #answers = new WeakMap<StoredTrace, Answer>();
  #rows: { trace: StoredTrace; answer: Answer; rows: ReadonlySet<number> } | undefined;

  /** Whether a span of the trace matches; undefined where that is not known yet and the time to look `isOver`. */
  has(store: SpanStore, trace: StoredTrace, filter: Filter, isOver: () => boolean): boolean | undefined {
    if (!filter) return true;
    const known = this.#answers.get(trace);
    if (known && isCurrent(known, trace, filter)) return known.matches;
    if (isOver()) return undefined;
    const matches = trace.rows.some((row) => matchesRow(store, row, filter));
    this.#answers.set(trace, answerFor(trace, filter, matches));
    return matches;
  }

  /** The rows of the trace that match; none without a filter. */
  rowsOf(store: SpanStore, trace: StoredTrace, filter: Filter): ReadonlySet<number> {
    if (!filter) return NO_ROWS;
    const known = this.#rows;
    if (known?.trace === trace && isCurrent(known.answer, trace, filter)) return known.rows;
    const rows = new Set(trace.rows.filter((row) => matchesRow(store, row, filter)));
    this.#rows = { trace, answer: answerFor(trace, filter, rows.size > 0), rows };
    return rows;
  }
}

function answerFor(trace: StoredTrace, filter: Filter, matches: boolean): Answer {
  return { filter, rows: trace.rows.length, openSpans: trace.openSpans, matches };
}

function isCurrent(answer: Answer, trace: StoredTrace, filter: Filter): boolean {
  return answer.filter === filter && answer.rows === trace.rows.length && answer.openSpans === trace.openSpans;
}

function matchesRow(store: SpanStore, row: number, filter: readonly string[]): boolean {
  const record = store.record(row);
  return record !== undefined && matchesFilter(filter, record, store.serviceOf(row));
}
