import { type SpanStore, STATUS_ERROR, type StoredTrace } from '../../src/store/span-store.js';
import { kindOfSpan, LANE_KINDS, type LaneKind } from '../layout/kind-of-span.js';
import { groupByLine, linesOf, packLanes } from '../layout/lanes.js';

/** ms: traces that lie further apart are not of one page (a file of last year's), and share no axis. */
const MAX_GAP = 24 * 60 * 60 * 1000;

/** Spans of one kind of a trace. */
interface Block {
  /** Rows of the store, line by line; by start in each. */
  readonly rows: Int32Array;
  /** Where each line begins in them, and where the last one ends. */
  readonly starts: Int32Array;
}

interface Blocks {
  /** What they were made of. */
  readonly rows: number;
  readonly openSpans: number;
  readonly errors: number;
  readonly byKind: ReadonlyMap<LaneKind, Block>;
}

/** Lanes of one kind, under a heading of their own. */
export interface Section {
  readonly kind: LaneKind;
  /** The lane of the heading; the spans are below it. */
  readonly lane: number;
}

/** Spans lane by lane. */
export interface LaneRows {
  /** Rows of the store, by start in each lane. */
  readonly rows: Int32Array;
  /** Where each lane begins in `rows`, and where the last one ends. */
  readonly laneStarts: Int32Array;
}

const NOTHING: LaneRows = { rows: new Int32Array(), laneStarts: new Int32Array(1) };

/** Where all spans lie on the lanes of the page: by kind, each trace a block, blocks below each other where they overlap. */
export class PageLanes {
  /** All of them; one that failed is there twice. */
  spans = NOTHING;
  /** Those that failed. */
  errors = NOTHING;
  sections: readonly Section[] = [];
  /** The traces that are of the same page, by start. */
  traces: readonly StoredTrace[] = [];
  #blocks = new WeakMap<StoredTrace, Blocks>();

  /** Lanes, headings included. */
  get count(): number {
    return this.spans.laneStarts.length - 1;
  }

  /** ms since the Unix epoch: of the first trace. */
  get start(): number {
    return this.traces[0]?.startTime ?? 0;
  }

  /**
   * Chooses the traces that are of the same page as `chosen`, else of the last one, and lays out each for itself; false
   * where `isOver` came before all of them were.
   */
  prepare(
    store: SpanStore,
    traces: readonly StoredTrace[],
    chosen: StoredTrace | undefined,
    isOver: () => boolean,
  ): boolean {
    this.traces = groupOf(traces, chosen);
    for (const trace of this.traces) {
      if (this.#blocksOf(trace)) continue;
      if (isOver()) return false;
      this.#blocks.set(trace, layOut(store, trace));
    }
    return true;
  }

  /** Puts the traces together, those that are laid out. */
  build(store: SpanStore): void {
    const placed: { block: Block; lane: number }[] = [];
    const sections: Section[] = [];
    let lane = 0;
    for (const kind of LANE_KINDS) {
      /** By lane of this kind: until when it is taken. */
      const taken: number[] = [];
      for (const trace of this.traces) {
        const block = this.#blocks.get(trace)?.byKind.get(kind);
        if (!block) continue;
        const lines = block.starts.length - 1;
        const base = firstFree(taken, lines, trace.startTime);
        const isLive = trace.openSpans > 0 && !trace.settled;
        taken.fill(isLive ? Number.POSITIVE_INFINITY : trace.endTime, base, base + lines);
        placed.push({ block, lane: lane + 1 + base });
      }
      if (taken.length === 0) continue;
      sections.push({ kind, lane });
      lane += taken.length + 1;
    }
    this.sections = sections;
    this.spans = join(placed, lane);
    this.errors = onlyErrors(store, this.spans);
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
        const [start, end] = this.#placesOf(lane);
        // Equal starts go by their lanes.
        let to = step > 0 ? start : end - 1;
        if (i === here && lane === from) to = at + step;
        else if (i === here) to = this.#firstAt(store, lane, time, lane < from) - (step > 0 ? 0 : 1);
        if (to < start || to >= end) continue;
        const next = this.spans.rows[to] as number;
        const later = (store.startTimes[next] as number) - (store.startTimes[best] as number);
        if (best < 0 || (step > 0 ? later < 0 : later >= 0)) best = next;
      }
      if (best >= 0) return best;
    }
    return row;
  }

  #placesOf(lane: number): [number, number] {
    const { laneStarts } = this.spans;
    return [laneStarts[lane] as number, laneStarts[lane + 1] as number];
  }

  #placeOf(store: SpanStore, row: number): { lane: number; at: number } {
    const time = store.startTimes[row] as number;
    for (let lane = 0; row >= 0 && lane < this.count; lane++) {
      const [, end] = this.#placesOf(lane);
      for (let at = this.#firstAt(store, lane, time, false); at < end; at++) {
        const there = this.spans.rows[at] as number;
        if (there === row) return { lane, at };
        if (store.startTimes[there] !== time) break;
      }
    }
    return { lane: -1, at: -1 };
  }

  /** The first place of a lane whose span starts at a time or later; later only with `after`. */
  #firstAt({ startTimes }: SpanStore, lane: number, time: number, after: boolean): number {
    let [low, high] = this.#placesOf(lane);
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = startTimes[this.spans.rows[middle] as number] as number;
      if (after ? start > time : start >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #blocksOf(trace: StoredTrace): Blocks | undefined {
    const known = this.#blocks.get(trace);
    const isSame =
      known?.rows === trace.rows.length && known.openSpans === trace.openSpans && known.errors === trace.errors;
    return isSame ? known : undefined;
  }
}

function layOut(store: SpanStore, trace: StoredTrace): Blocks {
  const kinds = new Map<LaneKind, number[]>();
  const add = (kind: LaneKind, row: number) => {
    const rows = kinds.get(kind);
    if (rows) rows.push(row);
    else kinds.set(kind, [row]);
  };
  for (const row of trace.rows) {
    const record = store.record(row);
    if (record) add(kindOfSpan(record), row);
    if (store.statuses[row] === STATUS_ERROR) add('errors', row);
  }
  const byKind = new Map([...kinds].map(([kind, rows]) => [kind, blockOf(store, rows)]));
  return { rows: trace.rows.length, openSpans: trace.openSpans, errors: trace.errors, byKind };
}

function blockOf({ startTimes, endTimes }: SpanStore, rows: number[]): Block {
  const start = (row: number) => startTimes[row] as number;
  const end = (row: number) => {
    const ended = endTimes[row] as number;
    return Number.isNaN(ended) ? Number.POSITIVE_INFINITY : ended;
  };
  const compare = (a: number, b: number) => start(a) - start(b) || (end(a) === end(b) ? 0 : end(b) - end(a));
  // Most traces are in order as they came.
  if (rows.some((row, at) => at > 0 && compare(rows[at - 1] as number, row) > 0)) rows.sort(compare);
  const lines = linesOf(
    packLanes(
      rows.length,
      (at) => start(rows[at] as number),
      (at) => end(rows[at] as number),
    ),
  );
  return groupByLine(rows, lines);
}

/** Blocks on their lanes; those of a lane are given in the order of their times. */
function join(placed: readonly { block: Block; lane: number }[], lanes: number): LaneRows {
  const laneStarts = new Int32Array(lanes + 1);
  const eachLine = (use: (lane: number, block: Block, from: number, to: number) => void) => {
    for (const { block, lane } of placed) {
      const { starts } = block;
      for (let line = 0; line < starts.length - 1; line++)
        use(lane + line, block, starts[line] as number, starts[line + 1] as number);
    }
  };
  eachLine((lane, _, from, to) => {
    laneStarts[lane + 1] = (laneStarts[lane + 1] as number) + to - from;
  });
  for (let lane = 0; lane < lanes; lane++)
    laneStarts[lane + 1] = (laneStarts[lane + 1] as number) + (laneStarts[lane] as number);
  const rows = new Int32Array(laneStarts[lanes] as number);
  const next = laneStarts.slice();
  eachLine((lane, block, from, to) => {
    rows.set(block.rows.subarray(from, to), next[lane] as number);
    next[lane] = (next[lane] as number) + to - from;
  });
  return { rows, laneStarts };
}

function onlyErrors({ statuses }: SpanStore, { rows, laneStarts }: LaneRows): LaneRows {
  const starts = new Int32Array(laneStarts.length);
  const failed: number[] = [];
  for (let lane = 0; lane < laneStarts.length - 1; lane++) {
    for (let at = laneStarts[lane] as number; at < (laneStarts[lane + 1] as number); at++) {
      const row = rows[at] as number;
      if (statuses[row] === STATUS_ERROR) failed.push(row);
    }
    starts[lane + 1] = failed.length;
  }
  return { rows: Int32Array.from(failed), laneStarts: starts };
}
/** The first of `count` lanes side by side that are free at `time`; makes lanes where there are too few. */
function firstFree(taken: number[], count: number, time: number): number {
  let base = 0;
  for (let lane = 0; lane < base + count; lane++) {
    if (lane === taken.length) taken.push(Number.NEGATIVE_INFINITY);
    if ((taken[lane] as number) > time) base = lane + 1;
  }
  return base;
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
