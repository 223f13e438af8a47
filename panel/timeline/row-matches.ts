import type { SpanStore } from '../../src/store/span-store.js';
import { type Filter, matchesFilter } from '../layout/filter.js';

const UNKNOWN = 0;
const MATCHES = 1;
const DIFFERS = 2;

/** Which rows a filter finds, asked row by row at each paint: an ended span is looked at once, and so many a frame. */
export class RowMatches {
  /** There was no time for all rows. */
  goesOn = false;
  #store: SpanStore | undefined;
  #filter: Filter;
  #isOver = () => false;
  #answers = new Uint8Array();
  /** The trace that an answer is of: rows are used again. */
  #traces = new Float64Array();

  /** Begins a frame in which rows are looked at until `isOver`. */
  begin(store: SpanStore, filter: Filter, isOver: () => boolean): void {
    this.goesOn = false;
    this.#isOver = isOver;
    const rows = store.startTimes.length;
    if (store === this.#store && filter === this.#filter && rows === this.#answers.length) return;
    this.#store = store;
    this.#filter = filter;
    this.#answers = new Uint8Array(filter ? rows : 0);
    this.#traces = new Float64Array(filter ? rows : 0);
  }

  /** False also where that is not known yet. */
  has(row: number): boolean {
    const store = this.#store;
    const trace = store?.traceOf(row)?.id ?? 0;
    if (this.#traces[row] === trace && this.#answers[row] !== UNKNOWN) return this.#answers[row] === MATCHES;
    if (!store || !this.#filter || this.#isOver()) {
      this.goesOn = true;
      return false;
    }
    const record = store.record(row);
    const matches = record !== undefined && matchesFilter(this.#filter, record, store.serviceOf(row));
    if (record?.endTime !== undefined) {
      this.#answers[row] = matches ? MATCHES : DIFFERS;
      this.#traces[row] = trace;
    }
    return matches;
  }
}
