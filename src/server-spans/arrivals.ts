import type { SpanStore } from '../store/span-store.js';
import type { SpanRecord } from '../trace/types.js';
import { setTimerOutside } from '../zone/outside.js';
import { ClockOffset } from './clock-offset.js';
import { StoredSpans } from './stored-spans.js';

/** A span of a server, and the service that it is of. */
export interface ServerSpan {
  readonly record: SpanRecord;
  readonly service: string;
}

interface Waiting extends ServerSpan {
  /** The clock of its times. */
  readonly clock: string;
  /** performance.now() after which it goes into its trace as it is. */
  readonly until: number;
}

interface Placed {
  readonly clock: string;
  readonly offset: number;
}

/**
 * ms. A service sends the spans of a request when they end, so often before its caller's has, and the first ones that tell
 * of its clock may come after others.
 */
const PATIENCE = 2000;

/** ms after which is looked again whether what is waited for has come. */
const LOOKED_AGAIN = 100;

/** Spans that wait at most; the oldest ones go as they are. */
const MOST_WAITING = 10_000;

/** Clocks that are remembered; the one that was made first is forgotten. */
const MOST_CLOCKS = 200;

/**
 * Puts the spans of servers into the traces of a page, by their ids. The times of each service are moved by the difference
 * of its clock, as a request's span there lies within the span of its caller; the attribute `zonetrace.clock_offset` tells
 * by how many ms.
 */
export class Arrivals {
  readonly #store: SpanStore;
  readonly #clocks = new Map<string, ClockOffset>();
  readonly #placed = new WeakMap<SpanRecord, Placed>();
  #waiting = new Map<string, Waiting>();
  #stopTimer: (() => void) | undefined;

  constructor(store: SpanStore) {
    this.#store = store;
  }

  take(spans: readonly ServerSpan[]): void {
    const until = performance.now() + PATIENCE;
    for (const { record, service } of spans) {
      const host = record.attributes['host.name'];
      const clock = host === undefined ? `service ${service}` : `host ${host}`;
      this.#waiting.set(keyOf(record, record.context.spanId), { record, service, clock, until });
    }
    this.#place();
  }

  stop(): void {
    this.#stopTimer?.();
    this.#waiting.clear();
  }

  #place(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const traceIds = new Set([...this.#waiting.values()].map(({ record }) => record.context.traceId));
    const stored = new StoredSpans(this.#store, traceIds, (record) => this.#placed.has(record));
    // What is placed tells of clocks, and so lets others go that came before it.
    for (let before = -1; before !== this.#waiting.size; ) {
      before = this.#waiting.size;
      for (const span of [...this.#waiting.values()]) {
        for (const each of this.#withCallers(span)) {
          const late = performance.now() > each.until || !mayLearn(each.record, stored);
          if (!this.#placeOne(each, stored, late)) break;
        }
      }
    }
    for (const span of this.#waiting.values()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#placeOne(span, stored, true);
    }
    if (this.#waiting.size > 0) this.#stopTimer = setTimerOutside(() => this.#place(), LOOKED_AGAIN);
  }

  /** A span that waits, behind those above it that wait too. */
  #withCallers(span: Waiting): Waiting[] {
    const path = new Set<Waiting>();
    for (let at: Waiting | undefined = span; at && !path.has(at); at = this.#parentOf(at)) path.add(at);
    return [...path].reverse().filter((each) => this.#waiting.has(keyOf(each.record, each.record.context.spanId)));
  }

  #parentOf({ record }: Waiting): Waiting | undefined {
    return record.parentSpanId === undefined ? undefined : this.#waiting.get(keyOf(record, record.parentSpanId));
  }

  /** True where the span is in its trace now, or has been before; `late`: it waits no longer. */
  #placeOne(span: Waiting, stored: StoredSpans, late: boolean): boolean {
    const { record, service, clock } = span;
    const { traceId, spanId } = record.context;
    if (stored.rowOf(traceId, spanId) < 0) {
      const offset = this.#offsetOf(span, stored) ?? (late ? (this.#clocks.get(clock)?.ms ?? 0) : undefined);
      if (offset === undefined) return false;
      const moved = move(stored.closesCircle(record) ? withoutParent(record) : record, offset);
      this.#placed.set(moved, { clock, offset });
      const row = this.#store.addForeignSpan(moved, service);
      if (row >= 0) stored.add(moved, row);
    }
    this.#waiting.delete(keyOf(record, spanId));
    return true;
  }

  /** ms to add to the times of a span; undefined while that is not known. */
  #offsetOf({ record, clock, until }: Waiting, stored: StoredSpans): number | undefined {
    const { traceId, spanId } = record.context;
    const parent = this.#store.record(record.parentSpanId ? stored.rowOf(traceId, record.parentSpanId) : -1);
    const placed = parent && this.#placed.get(parent);
    if (placed?.clock === clock) return placed.offset;
    // What belongs together is moved together: its parent tells how far, if it comes.
    if (!parent && record.parentSpanId !== undefined && performance.now() < until) return undefined;
    const caller = parent ?? this.#loadOf(traceId, spanId, stored);
    if (!caller || record.kind !== 'SERVER') return this.#clocks.get(clock)?.ms;
    if (caller.endTime === undefined && performance.now() < until) return undefined;
    const offset = this.#clockOf(clock);
    offset.observe(
      { start: caller.startTime, end: caller.endTime ?? performance.timeOrigin + performance.now() },
      { start: record.startTime, end: record.endTime ?? record.startTime },
    );
    return offset.ms;
  }

  /** The load of the document that a server's span has rendered: a child of it by its ids, and around it in time. */
  #loadOf(traceId: string, spanId: string, stored: StoredSpans): SpanRecord | undefined {
    const child = this.#store.record(stored.orphanOf(traceId, spanId));
    return child && !this.#placed.has(child) ? child : undefined;
  }

  #clockOf(clock: string): ClockOffset {
    const known = this.#clocks.get(clock);
    if (known) return known;
    for (const first of this.#clocks.keys()) if (this.#clocks.size >= MOST_CLOCKS) this.#clocks.delete(first);
    const made = new ClockOffset();
    this.#clocks.set(clock, made);
    return made;
  }
}

/** Something may still come that tells of the clock of a span: its caller, or for the page's own traces whatever it is. */
function mayLearn({ context: { traceId }, parentSpanId }: SpanRecord, stored: StoredSpans): boolean {
  return stored.isOfPage(traceId) || (parentSpanId !== undefined && stored.rowOf(traceId, parentSpanId) < 0);
}

const keyOf = ({ context }: SpanRecord, spanId: string): string => context.traceId + spanId;

/** No word of its end comes later: a span that has none ends where it begins. */
function move(record: SpanRecord, ms: number): SpanRecord {
  const startTime = record.startTime + ms;
  return {
    ...record,
    startTime,
    endTime: Math.max(startTime, (record.endTime ?? record.startTime) + ms),
    events: ms === 0 ? record.events : record.events.map((event) => ({ ...event, time: event.time + ms })),
    attributes: ms === 0 ? record.attributes : { ...record.attributes, 'zonetrace.clock_offset': ms },
  };
}

function withoutParent(record: SpanRecord): SpanRecord {
  const context = { ...record.context, spanId: record.parentSpanId ?? '' };
  return { ...record, parentSpanId: undefined, links: [...record.links, { context, attributes: {} }] };
}
