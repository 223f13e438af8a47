import type { StoredTrace } from './stored-trace.js';

/** The traces of the store by their ids. */
export class TraceIds {
  readonly #traces: readonly StoredTrace[];
  readonly #idOf: (trace: StoredTrace) => string | undefined;
  #byId: Map<string, StoredTrace> | undefined;
  /** Traces that are not in it yet, as nobody has asked for their id: it may still become that of a caller. */
  readonly #unnamed = new Set<StoredTrace>();

  /** `traces`: all of the store, at any time; `idOf`: the id of one, where it has been drawn. */
  constructor(traces: readonly StoredTrace[], idOf: (trace: StoredTrace) => string | undefined) {
    this.#traces = traces;
    this.#idOf = idOf;
  }

  /** Looks at each trace, before the index is there: a page that no spans come to from outside needs none. */
  find(traceId: string): StoredTrace | undefined {
    const index = this.#byId;
    if (!index) return this.#traces.find((trace) => this.#idOf(trace) === traceId);
    const known = index.get(traceId);
    if (!known) for (const trace of this.#unnamed) this.#note(index, trace);
    return known ?? index.get(traceId);
  }

  /** Likewise, many times: makes the index. */
  findFast(traceId: string): StoredTrace | undefined {
    this.#index();
    return this.find(traceId);
  }

  /** Notes a trace from outside of the page. */
  set(traceId: string, trace: StoredTrace): void {
    this.#index().set(traceId, trace);
  }

  /** Notes a trace that has its first span. */
  noteIfAsked(trace: StoredTrace): void {
    if (this.#byId) this.#note(this.#byId, trace);
  }

  /** Forgets a trace whose spans are still there. */
  delete(trace: StoredTrace): void {
    if (!this.#byId) return;
    const traceId = this.#idOf(trace);
    if (traceId !== undefined) this.#byId.delete(traceId);
    this.#unnamed.delete(trace);
  }

  #index(): Map<string, StoredTrace> {
    if (!this.#byId) {
      this.#byId = new Map();
      for (const trace of this.#traces) this.#note(this.#byId, trace);
    }
    return this.#byId;
  }

  #note(index: Map<string, StoredTrace>, trace: StoredTrace): void {
    const traceId = this.#idOf(trace);
    if (traceId === undefined) {
      this.#unnamed.add(trace);
      return;
    }
    this.#unnamed.delete(trace);
    index.set(traceId, trace);
  }
}
