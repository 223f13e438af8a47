import type { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import { LIMITS } from './limits.js';

/** ms between two looks at what has changed, and after which a page that is never idle is disturbed all the same. */
const PAUSE = 250;

/** ms of work at a time. */
const BUDGET = 8;

/** A trace that is live is taken again when so many times the time has passed that taking it took. */
const COST = 50;

/** ms for which a trace that has settled is watched: the spans of servers come after it. */
const WATCHED = 10_000;

interface Seen {
  /** Nothing of it was taken while undefined. */
  state: string | undefined;
  /** performance.now() before which it is not taken again. */
  notBefore: number;
  /** performance.now() after which it is not looked at again; once it has settled. */
  until: number;
}

/** Hands on the traces of this load: while they are live, from time to time, and when they have settled; in idle time. */
export class TraceFeed {
  /** Traces that came too fast, and were left out. */
  skipped = 0;
  readonly #store: SpanStore;
  readonly #runOutside: <R>(fn: () => R) => R;
  readonly #take: (trace: StoredTrace) => void;
  readonly #watched = new Map<StoredTrace, Seen>();
  readonly #stop: () => void;
  #lastId = 0;
  #cancel: (() => void) | undefined;

  constructor(store: SpanStore, runOutside: <R>(fn: () => R) => R, take: (trace: StoredTrace) => void) {
    this.#store = store;
    this.#runOutside = runOutside;
    this.#take = take;
    const unsubscribe = store.subscribe(() => this.#wait());
    this.#stop = () => {
      unsubscribe();
      this.#cancel?.();
    };
    this.#wait();
  }

  /** Takes all that has changed, at once: the page may not run again. */
  flush(): void {
    this.#look(Number.POSITIVE_INFINITY, true);
  }

  stop(): void {
    this.#stop();
  }

  #wait(): void {
    if (this.#cancel) return;
    this.#cancel = this.#runOutside(() => {
      const timer = setTimeout(() => {
        this.#cancel = whenIdle(() => {
          this.#cancel = undefined;
          if (this.#look(performance.now() + BUDGET, false)) this.#wait();
        });
      }, PAUSE);
      return () => clearTimeout(timer);
    });
  }

  /** True where something has to be looked at again without a further change. */
  #look(stopAt: number, isLast: boolean): boolean {
    this.#watchNew();
    let isMore = false;
    for (const [trace, seen] of this.#watched) {
      const now = performance.now();
      if (trace.gone || (trace.settled && now > seen.until)) {
        this.#watched.delete(trace);
        continue;
      }
      const state = stateOf(trace);
      if (state === seen.state) continue;
      if (now > stopAt || (now < seen.notBefore && !trace.settled && !isLast)) {
        isMore = true;
        continue;
      }
      seen.state = state;
      this.#take(trace);
      const after = performance.now();
      seen.notBefore = after + (after - now) * COST;
      seen.until = after + WATCHED;
    }
    return isMore;
  }

  #watchNew(): void {
    const { traces } = this.#store;
    const found: StoredTrace[] = [];
    let at = traces.length - 1;
    for (; at >= 0 && (traces[at] as StoredTrace).id > this.#lastId; at--) {
      const trace = traces[at] as StoredTrace;
      if (trace.source || trace.rows.length === 0) continue;
      if (found.length < LIMITS.waiting) found.push(trace);
      else this.skipped++;
    }
    this.#lastId = Math.max(this.#lastId, traces.at(-1)?.id ?? 0);
    for (const trace of found.reverse())
      this.#watched.set(trace, { state: undefined, notBefore: 0, until: Number.POSITIVE_INFINITY });
    for (const trace of this.#watched.keys()) {
      if (this.#watched.size <= 2 * LIMITS.waiting) break;
      if (this.#watched.get(trace)?.state === undefined) this.skipped++;
      this.#watched.delete(trace);
    }
  }
}

function stateOf({ rows, openSpans, errors, endTime, settled }: StoredTrace): string {
  return `${rows.length} ${openSpans} ${errors} ${endTime} ${settled}`;
}

function whenIdle(fn: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(fn, 0);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(fn, { timeout: PAUSE });
  return () => cancelIdleCallback(id);
}
