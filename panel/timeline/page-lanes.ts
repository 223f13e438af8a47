import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import type { Lane } from '../draw/bars.js';
import { proceed } from '../frame-work.js';
import { LANE_KINDS, type LaneKind } from '../layout/kind-of-span.js';
import { RowLane } from './row-lane.js';
import { areOf, type Block, layOut, type TraceBlocks } from './trace-blocks.js';

/** ms: traces that lie further apart are not of one page (a file of last year's), and share no axis. */
const MAX_GAP = 24 * 60 * 60 * 1000;

/** Lanes of one kind, under a heading of their own. */
export interface Section {
  readonly kind: LaneKind;
  /** The lane of the heading; the spans are below it. */
  readonly lane: number;
}

/** The lanes of one kind. */
class KindLanes {
  readonly spans: RowLane[] = [];
  /** Of each lane, what failed. */
  readonly failed: RowLane[] = [];
  /** By lane: until when it is taken. */
  readonly taken: number[] = [];
}

/** A block on its lanes, and what undoes that. */
interface PlacedBlock {
  readonly block: Block;
  readonly on: KindLanes;
  /** The lane of its first line. */
  readonly lane: number;
  /** How many lanes there were before. */
  readonly lanes: number;
  /** Until when its lanes were taken before. */
  readonly taken: readonly number[];
  /** By line: what failed; undefined where nothing has. */
  readonly failed: Int32Array | undefined;
}

interface PlacedTrace {
  readonly trace: StoredTrace;
  /** Undefined where there was no time to lay it out. */
  readonly blocks: TraceBlocks | undefined;
  readonly start: number;
  readonly until: number;
  readonly placed: readonly PlacedBlock[];
}

const HEADING: Lane = { rows: new Int32Array(), count: 0 };

/**
 * Where all spans lie on the lanes of the page: by kind, each trace a block, blocks below each other where they overlap.
 * Traces are placed by their start, so that those that come while the page goes on are placed behind all others, which stay
 * where they are.
 */
export class PageLanes {
  /** All of them; one that failed is there twice. */
  spans: readonly Lane[] = [];
  /** Of each lane, those that failed. */
  failed: readonly Lane[] = [];
  sections: readonly Section[] = [];
  /** Spans on all lanes; one that failed counts once. */
  size = 0;
  /** The traces that are of the same page, by start. */
  traces: readonly StoredTrace[] = [];
  #blocks = new WeakMap<StoredTrace, TraceBlocks>();
  /** What is being laid out. */
  #begun = new WeakMap<StoredTrace, Generator<void, TraceBlocks>>();
  #kinds = new Map<LaneKind, KindLanes>();
  /** In the order of `traces`. */
  readonly #placed: PlacedTrace[] = [];

  /** Lanes, headings included. */
  get count(): number {
    return this.spans.length;
  }

  /** ms since the Unix epoch: of the first trace. */
  get start(): number {
    return this.traces[0]?.startTime ?? 0;
  }

  /**
   * Chooses the traces that are of the same page as `chosen`, else of the last one, and lays out each for itself; false
   * where `isOver` came before all of them were. It goes on from there when it is called again.
   */
  prepare(
    store: SpanStore,
    traces: readonly StoredTrace[],
    chosen: StoredTrace | undefined,
    isOver: () => boolean,
  ): boolean {
    this.traces = groupOf(traces, chosen);
    const changed: StoredTrace[] = [];
    for (const trace of this.traces) {
      const known = this.#blocks.get(trace);
      if (!known && !this.#layOut(store, trace, isOver)) return false;
      if (known && !areOf(known, trace)) changed.push(trace);
    }
    // Later: one that grows all the time could take all the time there is.
    return changed.every((trace) => this.#layOut(store, trace, isOver));
  }

  /**
   * Puts the traces together, those that are laid out; false where `isOver` came before all of them were. It goes on from there
   * when it is called again.
   */
  build(store: SpanStore, isOver: () => boolean): boolean {
    const kept = this.#countKept();
    if (kept === 0) {
      this.#placed.length = 0;
      this.#kinds.clear();
    }
    while (this.#placed.length > kept) for (const block of this.#placed.pop()?.placed ?? []) takeAway(block);
    for (const trace of this.traces.slice(kept)) {
      this.#placed.push(this.#place(store, trace));
      if (isOver()) break;
    }
    const spans: Lane[] = [];
    const failed: Lane[] = [];
    const sections: Section[] = [];
    for (const kind of LANE_KINDS) {
      const on = this.#kinds.get(kind);
      if (!on || on.spans.length === 0) continue;
      sections.push({ kind, lane: spans.length });
      spans.push(HEADING, ...on.spans);
      failed.push(HEADING, ...on.failed);
    }
    this.sections = sections;
    this.spans = spans;
    this.failed = failed;
    this.size = this.#placed.reduce((sum, { blocks }) => sum + (blocks?.rows ?? 0), 0);
    return this.#placed.length === this.traces.length;
  }

  /** The first lane that a row is on, or -1. */
  laneOf(store: SpanStore, row: number): number {
    return row < 0 ? -1 : this.#placeOf(store, row).lane;
  }

  /**
   * The row after (1) or before (-1) a row, by start among those of its kind, then on to the next kind; of no row, the first
   * or the last; that row itself where there is none. What failed is met among its kind, not once more among the errors.
   */
  nextOf(store: SpanStore, row: number, step: 1 | -1): number {
    const { lane: from, at } = this.#placeOf(store, row);
    const time = from < 0 ? Number.NEGATIVE_INFINITY : (store.startTimes[row] as number);
    const here = this.sections.findLastIndex(({ lane }) => lane <= from);
    const begin = from >= 0 ? here : step > 0 ? 0 : this.sections.length - 1;
    for (let i = begin; i >= 0 && i < this.sections.length; i += step) {
      const { kind, lane: first } = this.sections[i] as Section;
      if (kind === 'errors') continue;
      const last = this.sections[i + 1]?.lane ?? this.count;
      let best = -1;
      for (let lane = first + 1; lane < last; lane++) {
        const { rows, count } = this.spans[lane] as Lane;
        // Equal starts go by their lanes.
        let to = step > 0 ? 0 : count - 1;
        if (i === here && lane === from) to = at + step;
        else if (i === here) to = this.#firstAt(store, lane, time, lane < from) - (step > 0 ? 0 : 1);
        if (to < 0 || to >= count) continue;
        const next = rows[to] as number;
        const later = (store.startTimes[next] as number) - (store.startTimes[best] as number);
        if (best < 0 || (step > 0 ? later < 0 : later >= 0)) best = next;
      }
      if (best >= 0) return best;
    }
    return row;
  }

  #placeOf(store: SpanStore, row: number): { lane: number; at: number } {
    const time = store.startTimes[row] as number;
    for (let lane = 0; row >= 0 && lane < this.count; lane++) {
      const { rows, count } = this.spans[lane] as Lane;
      for (let at = this.#firstAt(store, lane, time, false); at < count; at++) {
        const there = rows[at] as number;
        if (there === row) return { lane, at };
        if (store.startTimes[there] !== time) break;
      }
    }
    return { lane: -1, at: -1 };
  }

  /** The first place of a lane whose span starts at a time or later; later only with `after`. */
  #firstAt({ startTimes }: SpanStore, lane: number, time: number, after: boolean): number {
    const { rows, count } = this.spans[lane] as Lane;
    let low = 0;
    for (let high = count; low < high; ) {
      const middle = (low + high) >> 1;
      const start = startTimes[rows[middle] as number] as number;
      if (after ? start > time : start >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** False where `isOver` came before it was done. */
  #layOut(store: SpanStore, trace: StoredTrace, isOver: () => boolean): boolean {
    const begun = this.#begun.get(trace);
    const work = begun ?? layOut(store, trace);
    const blocks = proceed(work, isOver);
    if (!blocks) {
      if (!begun) this.#begun.set(trace, work);
      return false;
    }
    if (begun) this.#begun.delete(trace);
    this.#blocks.set(trace, blocks);
    return true;
  }

  /** How many traces, from the first, are where they would be placed again. */
  #countKept(): number {
    const count = Math.min(this.#placed.length, this.traces.length);
    for (let at = 0; at < count; at++) {
      const { trace, blocks, start, until } = this.#placed[at] as PlacedTrace;
      if (trace !== this.traces[at] || blocks !== this.#blocks.get(trace)) return at;
      if (start !== trace.startTime || until !== untilOf(trace)) return at;
    }
    return count;
  }

  #place(store: SpanStore, trace: StoredTrace): PlacedTrace {
    const blocks = this.#blocks.get(trace);
    const until = untilOf(trace);
    const placed: PlacedBlock[] = [];
    for (const block of blocks?.byKind ?? []) {
      const { kind } = block;
      let on = this.#kinds.get(kind);
      if (!on) {
        on = new KindLanes();
        this.#kinds.set(kind, on);
      }
      placed.push(putOn(store, on, block, trace.errors > 0, trace.startTime, until));
    }
    return { trace, blocks, start: trace.startTime, until, placed };
  }
}

function putOn(
  { statuses }: SpanStore,
  on: KindLanes,
  block: Block,
  hasFailed: boolean,
  start: number,
  until: number,
): PlacedBlock {
  const { rows, starts } = block;
  const lines = starts.length - 1;
  const lanes = on.taken.length;
  const lane = firstFree(on.taken, lines, start);
  while (on.taken.length < lane + lines) on.taken.push(Number.NEGATIVE_INFINITY);
  const taken = on.taken.slice(lane, lane + lines);
  const failed = hasFailed ? new Int32Array(lines) : undefined;
  for (let line = 0; line < lines; line++) {
    const at = lane + line;
    on.taken[at] = until;
    if (at === on.spans.length) {
      on.spans.push(new RowLane());
      on.failed.push(new RowLane());
    }
    const [from, to] = [starts[line] as number, starts[line + 1] as number];
    on.spans[at]?.append(rows, from, to);
    for (let i = from; failed && i < to; i++) {
      if (statuses[rows[i] as number] !== STATUS_ERROR) continue;
      on.failed[at]?.append(rows, i, i + 1);
      failed[line] = (failed[line] as number) + 1;
    }
  }
  return { block, on, lane, lanes, taken, failed };
}

/** Nothing may have been put on these lanes since. */
function takeAway({ block: { starts }, on, lane, lanes, taken, failed }: PlacedBlock): void {
  taken.forEach((before, line) => {
    const at = lane + line;
    on.taken[at] = before;
    (on.spans[at] as RowLane).count -= (starts[line + 1] as number) - (starts[line] as number);
    (on.failed[at] as RowLane).count -= failed?.[line] ?? 0;
  });
  on.taken.length = on.spans.length = on.failed.length = lanes;
}

/** The first of `count` lanes side by side that are free at `time`, of those that there are and new ones. */
function firstFree(taken: readonly number[], count: number, time: number): number {
  let base = 0;
  for (let lane = 0; lane < Math.min(base + count, taken.length); lane++) {
    if ((taken[lane] as number) > time) base = lane + 1;
  }
  return base;
}

/** Until when the lanes of a trace are taken. */
function untilOf(trace: StoredTrace): number {
  return trace.openSpans > 0 && !trace.settled ? Number.POSITIVE_INFINITY : trace.endTime;
}

function groupOf(traces: readonly StoredTrace[], chosen: StoredTrace | undefined): readonly StoredTrace[] {
  const ordered = traces.filter((trace) => trace.rows.length > 0).sort((a, b) => a.startTime - b.startTime);
  let group: StoredTrace[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const trace of ordered) {
    if (trace.startTime - end > MAX_GAP) {
      if (chosen && group.includes(chosen)) break;
      group = [];
    }
    group.push(trace);
    end = Math.max(end, trace.endTime);
  }
  return group;
}
